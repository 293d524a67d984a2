#include "mpienc/report/job_status.hpp"

namespace mpienc::report {

std::string_view name_of(JobKind kind) {
  switch (kind) {
    case JobKind::film: return "film";
    case JobKind::recording: return "recording";
    case JobKind::batch: return "batch";
  }
  return "";
}

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::starting: return "starting";
    case JobState::running: return "running";
    case JobState::finishing: return "finishing";
  }
  return "";
}

std::string_view name_of(RankState state) {
  switch (state) {
    case RankState::joined: return "joined";
    case RankState::idle: return "idle";
    case RankState::working: return "working";
    case RankState::draining: return "draining";
    case RankState::left: return "left";
    case RankState::lost: return "lost";
  }
  return "";
}

}  // namespace mpienc::report
