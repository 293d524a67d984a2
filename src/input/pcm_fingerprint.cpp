#include "mpienc/input/pcm_fingerprint.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mpienc/core/checksum.hpp"
#include "mpienc/input/pcm_file.hpp"

namespace mpienc::input {

namespace {

constexpr std::int64_t places = 16;
constexpr std::int64_t place_bytes = 4096;

}  // namespace

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

FileFingerprint fingerprint(const std::filesystem::path& path) {
  const PcmFile file(path);
  FileFingerprint result{file.size(), file.modified(), 0};
  Checksum checksum;
  Bytes block(place_bytes);
  const std::int64_t last = std::max<std::int64_t>(0, file.size() - place_bytes);
  for (std::int64_t place = 0; place < places; ++place) {
    const std::int64_t offset = last / (places - 1) * place + last % (places - 1) * place / (places - 1);
    checksum.add(std::span(block).first(file.read(offset, block)));
  }
  result.samples_crc32 = checksum.value();
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

}  // namespace mpienc::input
