#include "mpienc/app/conversion.hpp"

#include <utility>

#include <fmt/format.h>

#include "mpienc/app/batch.hpp"
#include "mpienc/app/film.hpp"
#include "mpienc/app/recording.hpp"

namespace mpienc::app {

std::string Conversion::place(const Chunk& chunk, bool audio) const {
  return fmt::format("{} from {:.2f} s to {:.2f} s", audio ? "audio" : "video", chunk.start_seconds,
                     chunk.end_seconds);
}

std::string Conversion::closing_text(const report::Summary& summary) const {
  return report::summary_text(summary);
}

std::unique_ptr<Conversion> make_conversion(const Options& options, Logger& logger,
                                            std::function<void()> wake) {
  if (options.batch) return std::make_unique<Batch>(options, logger, std::move(wake));
  if (recording_kind(options) == RecordingKind::none)
    return std::make_unique<Film>(options, logger, std::move(wake));
  return std::make_unique<Recording>(options, logger, std::move(wake));
}

}  // namespace mpienc::app
