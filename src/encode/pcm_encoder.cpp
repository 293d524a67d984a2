#include "mpienc/encode/pcm_encoder.hpp"

#include <algorithm>
#include <limits>

#include "mpienc/av/pcm_frame.hpp"

namespace mpienc::encode {

namespace {

constexpr std::size_t slice = 4096;  // samples of a frame

/// As AudioEncoder is told of its source.
av::Stream stream_of(const PcmFormat& format) {
  const auto frames = av::frame_format_of(format);
  av::Stream stream;
  stream.parameters = av::make_codec_parameters();
  auto& parameters = *stream.parameters;
  parameters.codec_type = AVMEDIA_TYPE_AUDIO;
  parameters.codec_id =
      frames.sample_format == AV_SAMPLE_FMT_S16 ? AV_CODEC_ID_PCM_S16LE : AV_CODEC_ID_PCM_S32LE;
  parameters.format = frames.sample_format;
  parameters.bits_per_raw_sample = format.bits;
  parameters.sample_rate = format.rate;
  frames.layout.copy_to(parameters.ch_layout);
  stream.time_base = {1, format.rate};
  return stream;
}

}  // namespace

PcmEncoder::PcmEncoder(const PcmFormat& format, const AudioSettings& settings, AudioTrack::Sink sink)
    : format_(format),
      encoder_(stream_of(format), settings, std::move(sink)),
      resampler_(av::frame_format_of(format), encoder_.format()) {}

void PcmEncoder::give(const AVFrame& frame, std::int64_t most) {
  const int samples = static_cast<int>(std::min<std::int64_t>(frame.nb_samples, most));
  encoder_.write(frame, samples, samples_out_);
  samples_out_ += samples;
}

void PcmEncoder::write(std::span<const std::byte> pcm) {
  const auto block = static_cast<std::size_t>(format_.block_bytes());
  while (!pcm.empty()) {
    const auto part = pcm.first(std::min(pcm.size(), slice * block));
    pcm = pcm.subspan(part.size());
    samples_in_ += static_cast<std::int64_t>(part.size() / block);
    give(*resampler_.convert(*av::make_pcm_frame(format_, part)), std::numeric_limits<std::int64_t>::max());
  }
}

std::optional<Bytes> PcmEncoder::finish() {
  const std::int64_t end = rescale(samples_in_, {1, format_.rate}, {1, encoder_.format().sample_rate});
  while (samples_out_ < end) {
    const av::Frame frame = resampler_.drain();
    if (frame->nb_samples == 0) break;
    give(*frame, end - samples_out_);
  }
  while (samples_out_ < end) {
    const auto samples = std::min(end - samples_out_, static_cast<std::int64_t>(slice));
    give(*av::make_silence(encoder_.format(), static_cast<int>(samples)), samples);
  }
  return encoder_.finish();
}

}  // namespace mpienc::encode
