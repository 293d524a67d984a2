#include "mpienc/encode/pcm_track.hpp"

#include <algorithm>
#include <utility>

#include "mpienc/av/encoder_names.hpp"
#include "mpienc/av/pcm_pack.hpp"

namespace mpienc::encode {

namespace {

constexpr std::size_t most_silent_blocks = 1 << 16;

av::AudioFormat format_for_lame(const AVCodecParameters& source) {
  const AVCodec& lame = av::find_encoder("libmp3lame", AVMEDIA_TYPE_AUDIO);
  return av::nearest_audio_format(lame, av::audio_format_of(source), av::audio_precision(source));
}

PcmFormat pcm_format(const av::AudioFormat& audio) {
  PcmFormat format;
  format.rate = audio.sample_rate;
  format.channels = audio.layout.channels();
  format.bits = av_get_packed_sample_fmt(audio.sample_format) == AV_SAMPLE_FMT_S16 ? 16 : 24;
  format.bytes = format.bits / 8;
  return format;
}

bool is_integer(AVSampleFormat format) {
  const auto packed = av_get_packed_sample_fmt(format);
  return packed == AV_SAMPLE_FMT_S16 || packed == AV_SAMPLE_FMT_S32;
}

}  // namespace

PcmTrack::PcmTrack(const av::Stream& source)
    : lame_(format_for_lame(*source.parameters)),
      format_(pcm_format(lame_)),
      decoded_(
          source, lame_,
          [this](const AVFrame& frame, int samples, std::int64_t pts) { add(frame, samples, pts); },
          counts_) {
  if (is_integer(lame_.sample_format)) return;
  av::AudioFormat integers = lame_;
  integers.sample_format = AV_SAMPLE_FMT_S32;
  to_integers_.emplace(lame_, integers);
}

void PcmTrack::push(const AVPacket& packet) {
  if (packet.size > 0) decoded_.push(packet);
}

void PcmTrack::add(const AVFrame& frame, int samples, std::int64_t pts) {
  if (!start_) start_ = pts;
  Bytes pcm(static_cast<std::size_t>(samples) * static_cast<std::size_t>(format_.block_bytes()));
  const av::Frame integers = to_integers_ ? to_integers_->convert(frame) : nullptr;
  static_cast<void>(av::pack(integers ? *integers : frame, 0, samples, format_, pcm.data()));
  const bool silent = std::ranges::all_of(pcm, [](std::byte byte) { return byte == std::byte{}; });
  if (pieces_.empty() || silent != (pieces_.back().silent_bytes > 0)) pieces_.emplace_back();
  auto& last = pieces_.back();
  if (silent) {
    last.silent_bytes += pcm.size();
  } else {
    last.pcm.insert(last.pcm.end(), pcm.begin(), pcm.end());
  }
}

Bytes PcmTrack::take() {
  if (pieces_.empty()) return {};
  auto& first = pieces_.front();
  Bytes taken = std::move(first.pcm);
  if (first.silent_bytes > 0) {
    taken.resize(
        std::min(first.silent_bytes, most_silent_blocks * static_cast<std::size_t>(format_.block_bytes())));
    first.silent_bytes -= taken.size();
  }
  if (first.silent_bytes == 0) pieces_.pop_front();
  return taken;
}

}  // namespace mpienc::encode
