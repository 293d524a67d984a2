#include "mpienc/core/file_fingerprint.hpp"

#include <fmt/format.h>

namespace mpienc {

Bytes FileFingerprint::serialise() const {
  ByteWriter writer;
  writer.put(size);
  writer.put(modified);
  writer.put(samples_crc32);
  return writer.take();
}

FileFingerprint FileFingerprint::parse(ByteReader& reader) {
  FileFingerprint result;
  result.size = reader.get<std::int64_t>();
  result.modified = reader.get<std::int64_t>();
  result.samples_crc32 = reader.get<std::uint32_t>();
  return result;
}

std::string describe_difference(const FileFingerprint& here, const FileFingerprint& there) {
  if (here.size != there.size) return fmt::format("has {} bytes here and {} there", here.size, there.size);
  if (here.samples_crc32 != there.samples_crc32) return "has other content here than there";
  if (here.modified != there.modified) {
    const double seconds = static_cast<double>(here.modified - there.modified) / 1e9;
    return fmt::format("was modified {:.6f} s {} here than there", seconds < 0 ? -seconds : seconds,
                       seconds < 0 ? "earlier" : "later");
  }
  return {};
}

}  // namespace mpienc
