#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mpienc/app/job_log.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/sched/scheduler.hpp"
#include "mpienc/store/run_record.hpp"

namespace mpienc::app {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

/// The options that shape the bytes of the output, under their names without dashes.
[[nodiscard]] NamedTexts encoding_options(const Options& options);
/// Of version_text(), which has a name and a version per line.
[[nodiscard]] NamedTexts library_versions(const std::string& text);

/// What a run record says of the job at its start; `pixels` of one source frame.
[[nodiscard]] store::JobInfo job_info(const Options& options, const sched::Limits& limits,
                                      const sched::Policy& policy, std::int64_t pixels);

/// And of its ranks at the end; `speed` of a rank's lanes.
[[nodiscard]] std::vector<store::RankRow> rank_rows(const JobCounts& counts, const Team& team,
                                                    const std::function<double(int)>& speed);

}  // namespace mpienc::app
