#include "mpienc/av/error.hpp"

#include <array>

extern "C" {
#include <libavutil/error.h>
}

namespace mpienc::av {

std::string describe(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

int check(int code, ExitStatus status, const std::string& what) {
  if (code < 0) throw Error(status, what + ": " + describe(code));
  return code;
}

}  // namespace mpienc::av
