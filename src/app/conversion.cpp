#include "mpienc/app/conversion.hpp"

#include <utility>

#include "mpienc/app/film.hpp"
#include "mpienc/app/recording.hpp"

namespace mpienc::app {

std::unique_ptr<Conversion> make_conversion(const Options& options, Logger& logger,
                                            std::function<void()> wake) {
  if (recording_kind(options) == RecordingKind::none)
    return std::make_unique<Film>(options, logger, std::move(wake));
  return std::make_unique<Recording>(options, logger, std::move(wake));
}

}  // namespace mpienc::app
