#include "mpienc/app/cutting.hpp"

#include "mpienc/plan/chunk_target.hpp"

namespace mpienc::app {

std::unique_ptr<input::ChunkCutter> make_cutter(const input::Program& program, const Options& options) {
  input::CutterSettings settings;
  if (options.chunk_seconds) {
    settings.target = [seconds = *options.chunk_seconds](double, std::optional<double>) { return seconds; };
  } else {
    settings.target = [](double elapsed, std::optional<double> fraction) {
      return plan::chunk_target_seconds({elapsed, fraction});
    };
  }
  settings.most_bytes = std::int64_t{options.max_chunk_mb} << 20;
  return std::make_unique<input::ChunkCutter>(program.video(), std::move(settings));
}

}  // namespace mpienc::app
