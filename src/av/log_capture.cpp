#include "mpienc/av/log_capture.hpp"

#include <array>
#include <cstdarg>

extern "C" {
#include <libavutil/log.h>
}

namespace mpienc::av {

namespace {

thread_local LogCapture* capture = nullptr;

void on_message(void* sender, int level, const char* format, va_list arguments) {
  if (capture != nullptr && level <= AV_LOG_WARNING) {
    std::array<char, 512> line{};
    int print_prefix = 0;
    va_list copy;
    va_copy(copy, arguments);
    av_log_format_line(sender, level, format, copy, line.data(), line.size(), &print_prefix);
    va_end(copy);
    std::string text(line.data());
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    if (!text.empty()) capture->keep(std::move(text));
  }
  if (level <= av_log_get_level()) av_log_default_callback(sender, level, format, arguments);
}

}  // namespace

void route_messages(bool verbose) {
  av_log_set_level(verbose ? AV_LOG_WARNING : AV_LOG_QUIET);
  av_log_set_callback(on_message);
}

LogCapture::LogCapture() { capture = this; }
LogCapture::~LogCapture() { capture = nullptr; }

}  // namespace mpienc::av
