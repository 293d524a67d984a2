#include <atomic>
#include <iostream>
#include <stop_token>
#include <string>
#include <vector>

#include "mpienc/convert/convert_file.hpp"

using namespace mpienc;

/// convert_one INPUT {FORMAT OPTIONS OUTPUT}...: a line of status, samples, bytes and reason per output.
int main(int argc, char** argv) try {
  std::vector<convert::Output> outputs;
  for (int i = 2; i + 2 < argc; i += 3) {
    outputs.push_back({convert::parse_format(argv[i], argv[i + 1]), argv[i + 2]});
  }
  std::atomic<std::int64_t> progress = 0;
  for (const auto& result : convert::convert_file(argv[1], outputs, {}, progress)) {
    std::cout << static_cast<int>(result.status) << ' ' << result.samples << ' ' << result.bytes << ' '
              << result.reason << '\n';
  }
  return 0;
} catch (const Error& error) {
  std::cerr << error.what() << '\n';
  return static_cast<int>(error.status());
}
