#include "mpienc/app/mishaps.hpp"

#include <fmt/format.h>

namespace mpienc::app {

std::string Mishaps::place(int chunk) const { return describe_(log_.chunk(chunk), log_.is_audio(chunk)); }

std::string Mishaps::name(int rank) const {
  return fmt::format("rank {} ({})", rank, team_.hellos[static_cast<std::size_t>(rank)].host);
}

std::string Mishaps::history(int chunk) const {
  std::string text;
  for (const auto& strike : suspects_.strikes(chunk)) {
    text += fmt::format("{}{} on {}", text.empty() ? "" : ", then ",
                        strike.lost() ? "it was lost with its rank" : strike.what, name(strike.rank));
  }
  return text;
}

void Mishaps::fatal(int chunk, int rank, const Failure& failure) const {
  if (!log_.knows(chunk)) throw Error(failure.status, failure.line);
  throw Error(failure.status, fmt::format("{}, on {}: {}", place(chunk), name(rank), failure.line));
}

void Mishaps::require_wanted(int chunk) const {
  if (choice_ != OnBadChunk::fail) return;
  const char* way_out = recording_ ? "no file can go on without it: try other settings, or report it"
                        : log_.is_audio(chunk) ? "--on-bad-chunk skip goes on with silence in its place"
                                               : "--on-bad-chunk skip or copy goes on without it";
  throw Error(ExitStatus::codec,
              fmt::format("{}: {}: {}; {}", programme_, place(chunk), history(chunk), way_out));
}

bool Mishaps::failed(int chunk, int rank, const std::string& line) {
  suspects_.failed(chunk, rank, line);
  if (suspects_.bad(chunk)) {
    require_wanted(chunk);
    return true;
  }
  logger_.warn("{}, on {}: {}; tried again in a process of its own", place(chunk), name(rank), line);
  return false;
}

Suspects::Loss Mishaps::lost(int rank) {
  auto loss = suspects_.rank_lost(rank);
  std::string ran;
  for (const int chunk : loss.running) {
    if (suspects_.bad(chunk)) require_wanted(chunk);
    ran += fmt::format("{}{}", ran.empty() ? "" : ", ", place(chunk));
  }
  if (!ran.empty()) {
    logger_.warn("{} was lost while it encoded {}: tried again in processes of their own", name(rank), ran);
  }
  return loss;
}

void Mishaps::replaced(int chunk, const Replacement& replacement) const {
  logger_.warn("{} is {} ({})", place(chunk), replacement.line, history(chunk));
}

}  // namespace mpienc::app
