#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mpienc/core/bytes.hpp"

namespace mpienc {

/// What a container says of a recording, under the container's own name for it ("INAM", "title").
struct Tag {
  std::string name;
  std::string value;
  friend bool operator==(const Tag&, const Tag&) = default;
};

/// A cover or the like, compressed as in the container.
struct AttachedPicture {
  std::int32_t type = 0;  ///< 0 to 20 as in ID3v2's APIC and FLAC's PICTURE; 3 is the front cover
  std::string mime;       ///< image/png, ...
  std::string description;
  Bytes data;
};

}  // namespace mpienc
