#include "mpienc/core/pcm.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace mpienc {

namespace {

template <int bytes, bool big_endian>
std::int32_t top_aligned(const std::byte* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    const int place = big_endian ? bytes - 1 - i : i;
    value |= std::to_integer<std::uint32_t>(at[i]) << (8 * (4 - bytes + place));
  }
  return std::bit_cast<std::int32_t>(value);
}

template <int bytes, bool big_endian>
void unpack_as(const std::byte* at, const PcmFormat& format, std::span<std::int32_t> values) {
  const int down = 8 * (4 - bytes) + format.shift;
  const std::uint32_t flip = format.is_signed ? 0 : 0x80000000U;
  for (auto& value : values) {
    const auto top = std::bit_cast<std::uint32_t>(top_aligned<bytes, big_endian>(at)) ^ flip;
    value = std::bit_cast<std::int32_t>(top) >> down;
    at += bytes;
  }
}

/// What most recordings are, in pieces whose length the compiler knows: without them it makes no vectors of
/// it.
void widen(const std::byte* at, std::span<std::int32_t> values) {
  constexpr std::size_t piece = 16;
  std::array<std::int16_t, piece> narrow{};
  for (; values.size() >= piece; values = values.subspan(piece), at += sizeof narrow) {
    std::memcpy(narrow.data(), at, sizeof narrow);
    for (std::size_t i = 0; i < piece; ++i) values[i] = narrow[i];
  }
  if (values.empty()) return;
  std::memcpy(narrow.data(), at, values.size() * sizeof narrow[0]);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = narrow[i];
}

bool is_native_16_bit(const PcmFormat& format) {
  return std::endian::native == std::endian::little && format.bytes == 2 && format.shift == 0 &&
         format.is_signed && !format.big_endian;
}

template <int bytes>
void unpack_as(const std::byte* at, const PcmFormat& format, std::span<std::int32_t> values) {
  if (format.big_endian) {
    unpack_as<bytes, true>(at, format, values);
  } else {
    unpack_as<bytes, false>(at, format, values);
  }
}

}  // namespace

Bytes PcmFormat::serialise() const {
  ByteWriter writer;
  for (const auto value : {rate, channels, bits, bytes, shift}) writer.put(value);
  writer.put(is_signed);
  writer.put(big_endian);
  writer.put(channel_mask);
  return writer.take();
}

PcmFormat PcmFormat::parse(ByteReader& reader) {
  PcmFormat format;
  for (auto* value : {&format.rate, &format.channels, &format.bits, &format.bytes, &format.shift}) {
    *value = reader.get<std::int32_t>();
  }
  format.is_signed = reader.get<bool>();
  format.big_endian = reader.get<bool>();
  format.channel_mask = reader.get<std::uint32_t>();
  return format;
}

void unpack(std::span<const std::byte> pcm, const PcmFormat& format, std::span<std::int32_t> values) {
  if (pcm.size() != values.size() * static_cast<std::size_t>(format.bytes)) {
    throw Error(ExitStatus::internal, "PCM and its samples differ in number");
  }
  if (is_native_16_bit(format)) return widen(pcm.data(), values);
  switch (format.bytes) {
    case 1: return unpack_as<1>(pcm.data(), format, values);
    case 2: return unpack_as<2>(pcm.data(), format, values);
    case 3: return unpack_as<3>(pcm.data(), format, values);
    case 4: return unpack_as<4>(pcm.data(), format, values);
    default: throw Error(ExitStatus::internal, "PCM samples take 1 to 4 bytes");
  }
}

}  // namespace mpienc
