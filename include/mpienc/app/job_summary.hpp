#pragma once

#include <cstdint>

#include "mpienc/app/conversion.hpp"
#include "mpienc/app/job_log.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/report/progress.hpp"

namespace mpienc::app {

/// What the user is told at the end of a job that lasted `wall_seconds` and wrote `bytes_out`.
[[nodiscard]] report::Summary summarise(const Options& options, const JobCounts& counts,
                                        const Conversion& conversion, double wall_seconds,
                                        std::int64_t bytes_out);

}  // namespace mpienc::app
