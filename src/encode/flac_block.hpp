#pragma once

#include "mpienc/core/error.hpp"
#include "mpienc/encode/flac_metadata.hpp"

namespace mpienc::encode {

/// libFLAC's answer to a request for memory. Throws Error(internal) where there was none.
inline void require(bool done) {
  if (!done) throw Error(ExitStatus::internal, "out of memory");
}

/// An empty block. Throws as require().
inline FlacBlock block_of(FLAC__MetadataType type) {
  FlacBlock block(FLAC__metadata_object_new(type));
  require(block != nullptr);
  return block;
}

}  // namespace mpienc::encode
