#include "mpienc/av/pcm_frame.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "mpienc/av/error.hpp"

namespace mpienc::av {

namespace {

constexpr int narrow = 16;

ChannelLayout layout_of(const PcmFormat& format) {
  constexpr std::array<std::uint64_t, 9> of_flac{0,
                                                 AV_CH_LAYOUT_MONO,
                                                 AV_CH_LAYOUT_STEREO,
                                                 AV_CH_LAYOUT_SURROUND,
                                                 AV_CH_LAYOUT_QUAD,
                                                 AV_CH_LAYOUT_5POINT0_BACK,
                                                 AV_CH_LAYOUT_5POINT1_BACK,
                                                 AV_CH_LAYOUT_6POINT1,
                                                 AV_CH_LAYOUT_7POINT1};
  std::uint64_t mask = format.channel_mask;
  const auto channels = static_cast<std::size_t>(format.channels);
  if (std::popcount(mask) != format.channels) mask = channels < of_flac.size() ? of_flac[channels] : 0;
  if (mask == 0) return ChannelLayout(format.channels);
  AVChannelLayout layout{};
  check(av_channel_layout_from_mask(&layout, mask), ExitStatus::internal, "a channel layout");
  return ChannelLayout(layout);
}

template <class Sample>
void put(std::span<const std::int32_t> values, int bits, std::uint8_t* to) {
  auto* samples = reinterpret_cast<Sample*>(to);
  for (const auto value : values) {
    *samples++ = static_cast<Sample>(static_cast<std::uint32_t>(value)
                                     << (8 * static_cast<int>(sizeof(Sample)) - bits));
  }
}

}  // namespace

AudioFormat frame_format_of(const PcmFormat& format) {
  return {format.bits > narrow ? AV_SAMPLE_FMT_S32 : AV_SAMPLE_FMT_S16, format.rate, layout_of(format)};
}

Frame make_pcm_frame(const PcmFormat& format, std::span<const std::byte> pcm) {
  std::vector<std::int32_t> values(pcm.size() / static_cast<std::size_t>(format.bytes));
  unpack(pcm, format, values);
  Frame frame = make_audio_frame(
      frame_format_of(format), static_cast<int>(pcm.size() / static_cast<std::size_t>(format.block_bytes())));
  if (format.bits > narrow) {
    put<std::int32_t>(values, format.bits, frame->data[0]);
  } else {
    put<std::int16_t>(values, format.bits, frame->data[0]);
  }
  return frame;
}

}  // namespace mpienc::av
