#include "mpienc/core/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace mpienc {

std::shared_ptr<Logger> make_logger(Verbosity verbosity) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(spdlog::color_mode::automatic);
  auto logger = std::make_shared<Logger>("mpienc", std::move(sink));
  logger->set_pattern("mpienc: %^%v%$");
  switch (verbosity) {
    case Verbosity::quiet: logger->set_level(spdlog::level::err); break;
    case Verbosity::normal: logger->set_level(spdlog::level::info); break;
    case Verbosity::verbose: logger->set_level(spdlog::level::debug); break;
  }
  return logger;
}

}  // namespace mpienc
