#include "mpienc/av/audio_encoder_limits.hpp"

namespace mpienc::av {

#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)

namespace {

template <class T>
std::span<const T> supported(const AVCodec& encoder, AVCodecConfig config) {
  const void* values = nullptr;
  int count = 0;
  if (avcodec_get_supported_config(nullptr, &encoder, config, 0, &values, &count) < 0) return {};
  if (values == nullptr) return {};
  return {static_cast<const T*>(values), static_cast<std::size_t>(count)};
}

}  // namespace

AudioEncoderLimits audio_encoder_limits(const AVCodec& encoder) {
  return {supported<int>(encoder, AV_CODEC_CONFIG_SAMPLE_RATE),
          supported<AVSampleFormat>(encoder, AV_CODEC_CONFIG_SAMPLE_FORMAT),
          supported<AVChannelLayout>(encoder, AV_CODEC_CONFIG_CHANNEL_LAYOUT)};
}

#else

namespace {

template <class T, class IsEnd>
std::span<const T> until(const T* values, IsEnd is_end) {
  if (values == nullptr) return {};
  std::size_t count = 0;
  while (!is_end(values[count])) ++count;
  return {values, count};
}

}  // namespace

AudioEncoderLimits audio_encoder_limits(const AVCodec& encoder) {
  return {until(encoder.supported_samplerates, [](int rate) { return rate == 0; }),
          until(encoder.sample_fmts, [](AVSampleFormat format) { return format == AV_SAMPLE_FMT_NONE; }),
          until(encoder.ch_layouts, [](const AVChannelLayout& layout) { return layout.nb_channels == 0; })};
}

#endif

}  // namespace mpienc::av
