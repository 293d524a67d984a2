#pragma once

#include <memory>

#include <spdlog/logger.h>

namespace mpienc {

/// Passed by reference to whoever has something to say; made once in app/, never global.
using Logger = spdlog::logger;

enum class Verbosity { quiet, normal, verbose };

/// Writes to standard error, with colours only on a terminal. quiet: errors alone.
[[nodiscard]] std::shared_ptr<Logger> make_logger(Verbosity verbosity);

}  // namespace mpienc
