#include "mpienc/report/terminal.hpp"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace mpienc::report {

bool is_terminal(int descriptor) {
  const char* type = std::getenv("TERM");
  return isatty(descriptor) == 1 && !(type != nullptr && std::string_view(type) == "dumb");
}

int terminal_columns(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace mpienc::report
