#pragma once

#include <cstdint>
#include <string>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/file_fingerprint.hpp"

namespace mpienc {

/// Bytes of a file that every rank reads for itself.
struct FileRange {
  std::string path;      ///< absolute
  FileFingerprint file;  ///< of the whole file as rank 0 sees it
  std::int64_t offset = 0;
  std::int64_t bytes = 0;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static FileRange parse(ByteReader& reader);
  friend bool operator==(const FileRange&, const FileRange&) = default;
};

}  // namespace mpienc
