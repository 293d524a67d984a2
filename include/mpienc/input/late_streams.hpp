#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mpienc/av/demuxer.hpp"

namespace mpienc::input {

/// A stream that shows only somewhere in the middle of a program or transport stream.
struct LateStream {
  int id = 0;  ///< AVStream::id: the stream's code in the multiplex
  av::CodecParameters parameters;
};

struct Survey {
  std::vector<LateStream> streams;  ///< those that `head` lacks or knows too little of
  bool interlaced = false;          ///< some place of the file is interlaced
};

/// Looks into the files at up to 32 places: 1 MiB each, so that the cost does not grow with the input.
[[nodiscard]] Survey survey(const std::vector<std::filesystem::path>& files, const av::Demuxer& head);

}  // namespace mpienc::input
