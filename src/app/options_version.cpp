#include <fmt/format.h>

#include "mpienc/app/options.hpp"
#include "mpienc/av/versions.hpp"
#include "mpienc/encode/x264_version.hpp"

namespace mpienc::app {

std::string version_text() {
  return fmt::format("mpienc {}\n{}{:<13} {}\n", version, av::library_versions(), "x264",
                     encode::x264_version());
}

}  // namespace mpienc::app
