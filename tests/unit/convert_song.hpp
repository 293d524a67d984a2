#pragma once

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "mpienc/convert/convert_file.hpp"
#include "output_scratch.hpp"

namespace mpienc::test {

struct Wanted {
  std::string format, options, name;
};

/// Converts below the scratch folder.
inline std::vector<convert::OutputResult> convert_song(const std::filesystem::path& input,
                                                       const Scratch& scratch,
                                                       const std::vector<Wanted>& wanted,
                                                       const std::stop_token& stop = {}) {
  std::vector<convert::Output> outputs;
  for (const auto& each : wanted) {
    outputs.push_back({convert::parse_format(each.format, each.options), scratch / each.name});
  }
  std::atomic<std::int64_t> progress = 0;
  return convert::convert_file(input, outputs, stop, progress);
}

/// Names of all files in a folder, hidden ones as well.
inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename());
  return names;
}

}  // namespace mpienc::test
