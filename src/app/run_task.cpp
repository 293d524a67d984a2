#include "mpienc/app/run_task.hpp"

#include "mpienc/app/file_lane.hpp"
#include "mpienc/encode/chunk.hpp"

namespace mpienc::app {

ChunkResult run_task(const encode::Task& task, const encode::Settings& settings, const std::stop_token& stop,
                     std::atomic<std::int64_t>& units) {
  if (const auto* file = std::get_if<FileTask>(&task)) return convert_task(*file, stop, units);
  return encode::encode_chunk(task, settings, stop, units);
}

}  // namespace mpienc::app
