#include "mpienc/core/log.hpp"

#include <unistd.h>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace mpienc {
namespace {

/// "warning: " and "error: " before such lines; nothing before the others.
class SeverityFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    spdlog::string_view_t text;
    if (message.level == spdlog::level::warn) text = "warning: ";
    if (message.level >= spdlog::level::err) text = "error: ";
    out.append(text.data(), text.data() + text.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<SeverityFlag>();
  }
};

}  // namespace

std::shared_ptr<Logger> make_logger(Verbosity verbosity) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(spdlog::color_mode::automatic);
  auto logger = std::make_shared<Logger>("mpienc", std::move(sink));
  const std::string wipe_progress_line = isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "";
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<SeverityFlag>('*').set_pattern(wipe_progress_line + "mpienc: %^%*%$%v");
  logger->set_formatter(std::move(formatter));
  switch (verbosity) {
    case Verbosity::quiet: logger->set_level(spdlog::level::err); break;
    case Verbosity::normal: logger->set_level(spdlog::level::info); break;
    case Verbosity::verbose: logger->set_level(spdlog::level::debug); break;
  }
  return logger;
}

}  // namespace mpienc
