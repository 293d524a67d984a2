#include "mpienc/input/pcm_fingerprint.hpp"

#include <algorithm>

#include "mpienc/core/checksum.hpp"

namespace mpienc::input {

namespace {

constexpr std::int64_t places = 16;
constexpr std::int64_t place_bytes = 4096;

}  // namespace

FileFingerprint fingerprint(const PcmFile& file) {
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

FileFingerprint fingerprint(const std::filesystem::path& path) { return fingerprint(PcmFile(path)); }

}  // namespace mpienc::input
