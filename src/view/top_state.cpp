#include "mpienc/view/top_state.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "mpienc/report/text_columns.hpp"

namespace mpienc::view {

namespace {

template <class Enum>
Enum next(Enum value, Enum last) {
  return value == last ? Enum{} : static_cast<Enum>(static_cast<int>(value) + 1);
}

std::size_t moved(Key key, std::size_t at, std::size_t count, int page) {
  if (count == 0) return 0;
  const auto step = static_cast<std::size_t>(std::max(page, 1));
  switch (key) {
    case Key::up: return at - std::min<std::size_t>(at, 1);
    case Key::down: return std::min(at + 1, count - 1);
    case Key::page_up: return at - std::min(at, step);
    case Key::page_down: return std::min(at + step, count - 1);
    case Key::first: return 0;
    case Key::last: return count - 1;
    default: return at;
  }
}

void sort_next(TopState& state) {
  if (state.focus == Focus::jobs) {
    state.job_order = next(state.job_order, JobOrder::speed);
  } else {
    state.rank_order = next(state.rank_order, RankOrder::done);
  }
}

/// Why the rank cannot be drained; empty where it can.
std::string refusal(const WatchedJob& job, const report::RankStatus& rank) {
  const auto name = report::printable(job.name);
  if (job.ended) return fmt::format("{} has ended", name);
  if (rank.state == report::RankState::lost || rank.state == report::RankState::left) {
    return fmt::format("rank {} is no longer there", rank.rank);
  }
  if (rank.state == report::RankState::draining) return fmt::format("rank {} is being drained", rank.rank);
  return {};
}

void ask_to_drain(const WatchedJob& job, const report::RankStatus& rank, TopState& state) {
  state.message = refusal(job, rank);
  if (state.message.empty()) state.asked = DrainRank{job.file, rank.rank};
}

}  // namespace

std::vector<WatchedJob> ordered(std::vector<WatchedJob> jobs, JobOrder order) {
  constexpr double last = std::numeric_limits<double>::infinity();
  const auto key = [&](const WatchedJob& job) {
    double number = 0;
    switch (order) {
      case JobOrder::name: break;
      case JobOrder::done: number = -job.status.fraction.value_or(-1); break;
      case JobOrder::eta: number = job.ended ? last : job.status.eta.value_or(last); break;
      case JobOrder::speed: number = job.ended ? last : -job.status.speed; break;
    }
    return std::make_tuple(number, job.name, job.file);
  };
  std::ranges::stable_sort(jobs, {}, key);
  return jobs;
}

std::vector<report::RankStatus> ordered(std::vector<report::RankStatus> ranks, RankOrder order) {
  const auto key = [&](const report::RankStatus& rank) {
    switch (order) {
      case RankOrder::rank: break;
      case RankOrder::host: return std::make_tuple(rank.host, 0.0, rank.rank);
      case RankOrder::speed: return std::make_tuple(std::string(), -rank.speed, rank.rank);
      case RankOrder::done: return std::make_tuple(std::string(), -static_cast<double>(rank.done), rank.rank);
    }
    return std::make_tuple(std::string(), 0.0, rank.rank);
  };
  std::ranges::stable_sort(ranks, {}, key);
  return ranks;
}

std::size_t selected(const std::vector<WatchedJob>& jobs, const TopState& state) {
  const auto found = std::ranges::find(jobs, state.job, &WatchedJob::file);
  return found == jobs.end() ? 0 : static_cast<std::size_t>(found - jobs.begin());
}

std::size_t selected(const std::vector<report::RankStatus>& ranks, const TopState& state) {
  const auto found = std::ranges::find_if(ranks, [&](const auto& rank) { return state.rank == rank.rank; });
  return found == ranks.end() ? 0 : static_cast<std::size_t>(found - ranks.begin());
}

Action press(Key key, const std::vector<WatchedJob>& jobs, TopState& state, int page) {
  state.message.clear();
  if (const auto asked = std::exchange(state.asked, std::nullopt)) {
    if (key == Key::yes) return *asked;
    return {};
  }
  if (key == Key::quit) return Quit{};
  if (std::exchange(state.help, false)) return {};
  if (key == Key::help) state.help = true;
  if (jobs.empty()) return {};

  const auto shown = ordered(jobs, state.job_order);
  const auto& job = shown[selected(shown, state)];
  const auto ranks = ordered(job.status.ranks, state.rank_order);
  state.job = job.file;
  if (!ranks.empty()) state.rank = ranks[selected(ranks, state)].rank;
  switch (key) {
    case Key::other_table: state.focus = state.focus == Focus::jobs ? Focus::ranks : Focus::jobs; break;
    case Key::sort: sort_next(state); break;
    case Key::drain:
      if (!ranks.empty()) ask_to_drain(job, ranks[selected(ranks, state)], state);
      break;
    default:
      if (state.focus == Focus::jobs) {
        const auto at = moved(key, selected(shown, state), shown.size(), page);
        if (shown[at].file != state.job) state.rank.reset();
        state.job = shown[at].file;
      } else if (!ranks.empty()) {
        state.rank = ranks[moved(key, selected(ranks, state), ranks.size(), page)].rank;
      }
  }
  return {};
}

}  // namespace mpienc::view
