#include "mpienc/av/pcm_md5.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

extern "C" {
#include <libavutil/md5.h>
}

namespace mpienc::av {

namespace {

constexpr std::size_t slice = 16384;  // values that stay in the cache

AVMD5* as_md5(std::uint64_t* state) { return reinterpret_cast<AVMD5*>(state); }

std::size_t digest_bytes(const PcmFormat& format) { return static_cast<std::size_t>((format.bits + 7) / 8); }

bool lies_as_digested(const PcmFormat& format) {
  return format.is_signed && format.shift == 0 &&
         digest_bytes(format) == static_cast<std::size_t>(format.bytes) &&
         (!format.big_endian || format.bytes == 1);
}

}  // namespace

PcmMd5::PcmMd5(const PcmFormat& format)
    : format_(format), state_((static_cast<std::size_t>(av_md5_size) + 7) / 8) {
  av_md5_init(as_md5(state_.data()));
}

void PcmMd5::update(const void* data, std::size_t size) {
  av_md5_update(as_md5(state_.data()), static_cast<const std::uint8_t*>(data), size);
}

void PcmMd5::add(std::span<const std::byte> pcm) {
  if (lies_as_digested(format_)) return update(pcm.data(), pcm.size());
  const auto width = digest_bytes(format_);
  const auto container = static_cast<std::size_t>(format_.bytes);
  std::vector<std::int32_t> values;
  std::vector<std::uint8_t> bytes;
  while (!pcm.empty()) {
    const auto part = pcm.first(std::min(pcm.size(), slice * container));
    pcm = pcm.subspan(part.size());
    values.resize(part.size() / container);
    bytes.resize(values.size() * width);
    unpack(part, format_, values);
    auto* to = bytes.data();
    for (const auto value : values) {
      auto rest = std::bit_cast<std::uint32_t>(value);
      for (std::size_t i = 0; i < width; ++i, rest >>= 8) *to++ = static_cast<std::uint8_t>(rest);
    }
    update(bytes.data(), bytes.size());
  }
}

Md5Digest PcmMd5::digest() const {
  auto finished = state_;
  Md5Digest digest;
  av_md5_final(as_md5(finished.data()), reinterpret_cast<std::uint8_t*>(digest.data()));
  return digest;
}

Bytes PcmMd5::serialise() const {
  auto bytes = format_.serialise();
  ByteWriter writer;
  writer.put_blob(state_.data(), state_.size() * sizeof state_[0]);
  const auto state = writer.take();
  bytes.insert(bytes.end(), state.begin(), state.end());
  return bytes;
}

PcmMd5 PcmMd5::parse(ByteReader& reader) {
  PcmMd5 md5(PcmFormat::parse(reader));
  const auto state = reader.get_blob();
  const auto size = md5.state_.size() * sizeof md5.state_[0];
  if (state.size() != size)
    throw Error(ExitStatus::cluster, "ranks differ in FFmpeg's MD5; use the same FFmpeg on all");
  std::memcpy(md5.state_.data(), state.data(), size);
  return md5;
}

}  // namespace mpienc::av
