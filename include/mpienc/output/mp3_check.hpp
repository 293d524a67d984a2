#pragma once

#include <cstdint>
#include <span>

namespace mpienc::output {

/// What check_mp3_file() saw.
struct Mp3Facts {
  std::int64_t frames = 0;  ///< the Info frame not counted
  std::int64_t samples =
      0;  ///< that players give out: without delay and padding where the Info frame tells them
  std::int32_t delay = 0, padding = 0;
  bool tagged = false;
  std::int32_t least_reservoir = 0, most_reservoir = 0;  ///< main_data_begin, in bytes
  std::int64_t resets = 0;  ///< frames behind the first one with main_data_begin 0
};

/// Walks every frame of a whole file: frames follow each other, of one kind, with right CRCs; each frame's
/// data begin behind those of the frame before and end within it; the Info frame's counts, table and CRCs are
/// those of the file. Throws Error(codec) that says where one is not.
[[nodiscard]] Mp3Facts check_mp3_file(std::span<const std::byte> file);

}  // namespace mpienc::output
