#pragma once

#include <cstdint>

#include "mpienc/core/bytes.hpp"

namespace mpienc {

/// What comes before the frames of a FLAC file, complete but for what only its end knows: in STREAMINFO,
/// which lies at byte 8, the frame sizes, the number of samples and the MD5; in SEEKTABLE the places of the
/// points.
struct FlacHead {
  Bytes bytes;                  ///< "fLaC" and all metadata blocks
  std::int64_t seek_table = 0;  ///< offset of SEEKTABLE's first point; 0: there is no such block
  std::int32_t seek_points =
      0;  ///< each 18 bytes: a sample, an offset from the first frame, a block's length
  std::int32_t block_samples = 0;  ///< of every block but the last
};

}  // namespace mpienc
