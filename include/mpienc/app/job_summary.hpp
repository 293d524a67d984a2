#pragma once

#include <memory>
#include <vector>

#include "mpienc/app/job_log.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/reader_thread.hpp"
#include "mpienc/input/program.hpp"
#include "mpienc/output/video_join.hpp"

namespace mpienc::app {

/// What the user is told at the end of a job that lasted `wall_seconds` and wrote `bytes_out`. `joiner` is null
/// without video to encode.
[[nodiscard]] report::Summary summarise(const Options& options, const JobCounts& counts, const input::Program& program,
                                        const ReaderThread& reader, const output::VideoJoiner* joiner,
                                        const std::vector<std::unique_ptr<AudioThread>>& audio, double wall_seconds,
                                        std::int64_t bytes_out);

}  // namespace mpienc::app
