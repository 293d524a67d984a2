#pragma once

#include <cstdint>
#include <string>

#include "mpienc/core/bytes.hpp"

namespace mpienc {

/// Tells whether two processes see the same file under a name, as on a shared file system, without reading it
/// all.
struct FileFingerprint {
  std::int64_t size = 0;            ///< bytes
  std::int64_t modified = 0;        ///< nanoseconds since 1970
  std::uint32_t samples_crc32 = 0;  ///< of 4 KiB at each of 16 places, the first and last ones included

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static FileFingerprint parse(ByteReader& reader);
  friend bool operator==(const FileFingerprint&, const FileFingerprint&) = default;
};

/// What differs, in words to be put after the file's name ("has 10 bytes here and 12 there"); empty if
/// nothing.
[[nodiscard]] std::string describe_difference(const FileFingerprint& here, const FileFingerprint& there);

[[nodiscard]] inline bool same_file(const FileFingerprint& here, const FileFingerprint& there) {
  return describe_difference(here, there).empty();
}

}  // namespace mpienc
