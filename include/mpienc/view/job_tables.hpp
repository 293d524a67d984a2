#pragma once

#include <string>
#include <vector>

#include "mpienc/view/table.hpp"
#include "mpienc/view/watched_job.hpp"

namespace mpienc::view {

/// A line per job, in that order, at most `width` columns wide.
[[nodiscard]] Table jobs_table(const std::vector<WatchedJob>& jobs, std::size_t width);
/// A line per rank.
[[nodiscard]] Table ranks_table(const std::vector<report::RankStatus>& ranks, bool in_frames,
                                std::size_t width);
/// Two lines of one job beyond its line in the table: where it writes, and how far it is.
[[nodiscard]] std::vector<std::string> details(const WatchedJob& job, std::size_t width);
/// All jobs and their ranks as plain text, lines at most `width` wide.
[[nodiscard]] std::string plain_text(const std::vector<WatchedJob>& jobs, std::size_t width);

}  // namespace mpienc::view
