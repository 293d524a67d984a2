#include "mpienc/av/versions.hpp"

#include <dlfcn.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libswresample/swresample.h>
}

#include <fmt/format.h>

namespace mpienc::av {
namespace {

std::string line(const char* name, unsigned version) {
  return fmt::format("{:<13} {}.{}.{}\n", name, AV_VERSION_MAJOR(version), AV_VERSION_MINOR(version),
                     AV_VERSION_MICRO(version));
}

/// libswscale is not linked by itself: libavfilter brings it along, so it is looked up where it is loaded.
std::string swscale_line() {
  using Version = unsigned (*)();
  const auto version = reinterpret_cast<Version>(dlsym(RTLD_DEFAULT, "swscale_version"));
  return version != nullptr ? line("libswscale", version()) : "libswscale    not loaded\n";
}

}  // namespace

std::string library_versions() {
  return line("libavcodec", avcodec_version()) + line("libavformat", avformat_version()) +
         line("libavutil", avutil_version()) + swscale_line() + line("libswresample", swresample_version());
}

}  // namespace mpienc::av
