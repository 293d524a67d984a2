#include "mpienc/av/pcm_pack.hpp"

#include <cstdint>
#include <cstring>

extern "C" {
#include <libavutil/samplefmt.h>
}

namespace mpienc::av {

namespace {

struct Strided {
  const std::uint8_t* from;
  std::ptrdiff_t from_step;
  std::byte* to;
  std::ptrdiff_t to_step;
};

template <class Unsigned, int bytes>
std::uint32_t gather(Strided at, int count, std::uint32_t dropped) {
  std::uint32_t lost = 0;
  for (int i = 0; i < count; ++i) {
    Unsigned value;
    std::memcpy(&value, at.from, sizeof value);
    lost |= value & dropped;
    for (int byte = 0; byte < bytes; ++byte) {
      at.to[byte] = static_cast<std::byte>(value >> (8 * (static_cast<int>(sizeof value) - bytes + byte)));
    }
    at.from += at.from_step;
    at.to += at.to_step;
  }
  return lost;
}

std::uint32_t gather(Strided at, int count, int from_bytes, const PcmFormat& format) {
  const std::uint32_t dropped = (1U << (8 * from_bytes - format.bits)) - 1;
  switch (8 * from_bytes + format.bytes) {
    case 8 + 1: return gather<std::uint8_t, 1>(at, count, dropped);
    case 16 + 1: return gather<std::uint16_t, 1>(at, count, dropped);
    case 16 + 2: return gather<std::uint16_t, 2>(at, count, dropped);
    case 32 + 1: return gather<std::uint32_t, 1>(at, count, dropped);
    case 32 + 2: return gather<std::uint32_t, 2>(at, count, dropped);
    case 32 + 3: return gather<std::uint32_t, 3>(at, count, dropped);
    case 32 + 4: return gather<std::uint32_t, 4>(at, count, dropped);
    default: throw Error(ExitStatus::internal, "decoded samples are narrower than their format");
  }
}

}  // namespace

bool pack(const AVFrame& frame, int first, int count, const PcmFormat& format, std::byte* to) {
  const auto sample_format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = av_sample_fmt_is_planar(sample_format) != 0;
  const int bytes = av_get_bytes_per_sample(sample_format);
  const std::ptrdiff_t step = std::ptrdiff_t{bytes} * (planar ? 1 : format.channels);
  std::uint32_t lost = 0;
  for (int channel = 0; channel < format.channels; ++channel) {
    const auto* from =
        frame.extended_data[planar ? channel : 0] + (planar ? 0 : channel * bytes) + first * step;
    lost |= gather({from, step, to + channel * format.bytes, format.block_bytes()}, count, bytes, format);
  }
  return lost == 0;
}

}  // namespace mpienc::av
