#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mpienc/view/watched_job.hpp"

namespace mpienc::view {

enum class Focus { jobs, ranks };
enum class JobOrder { name, done, eta, speed };
enum class RankOrder { rank, host, speed, done };

enum class Key {
  up,
  down,
  page_up,
  page_down,
  first,
  last,
  other_table,
  sort,
  drain,
  help,
  yes,
  quit,
  other
};

/// Ask the rank of the job with that status file to finish what it runs and take no more.
struct DrainRank {
  std::string file;
  int rank = 0;

  friend bool operator==(const DrainRank&, const DrainRank&) = default;
};
struct Quit {};
using Action = std::variant<std::monostate, Quit, DrainRank>;

/// What the user has chosen on the screen. Selections are by name, so that they stay where rows move.
struct TopState {
  Focus focus = Focus::jobs;
  JobOrder job_order = JobOrder::name;
  RankOrder rank_order = RankOrder::rank;
  std::string job;          ///< status file of the selected one
  std::optional<int> rank;  ///< number of the selected one
  bool help = false;
  std::optional<DrainRank> asked;  ///< to be confirmed
  std::string message;             ///< one line, until the next key
};

/// In the order that is shown.
[[nodiscard]] std::vector<WatchedJob> ordered(std::vector<WatchedJob> jobs, JobOrder order);
[[nodiscard]] std::vector<report::RankStatus> ordered(std::vector<report::RankStatus> ranks, RankOrder order);

/// The row of the selected job or rank, the first where it is gone; 0 where there is none.
[[nodiscard]] std::size_t selected(const std::vector<WatchedJob>& jobs, const TopState& state);
[[nodiscard]] std::size_t selected(const std::vector<report::RankStatus>& ranks, const TopState& state);

/// What a key changes, and what is to be done. `jobs` in any order; `page`: rows of a page.
Action press(Key key, const std::vector<WatchedJob>& jobs, TopState& state, int page);

}  // namespace mpienc::view
