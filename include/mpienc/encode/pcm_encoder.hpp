#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "mpienc/av/audio_resampler.hpp"
#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/audio_encoder.hpp"

namespace mpienc::encode {

/// A whole recording of interleaved integers into libavcodec's encoder, converted to the nearest format that
/// it takes. The first sample has pts 0, and as many go in as came, at the encoder's rate. One thread.
class PcmEncoder {
 public:
  /// Errors as AudioTrack's constructor. Packets go to `sink`.
  PcmEncoder(const PcmFormat& format, const AudioSettings& settings, AudioTrack::Sink sink);

  [[nodiscard]] const av::Stream& stream() const { return encoder_.stream(); }
  /// Whole samples of all channels.
  void write(std::span<const std::byte> pcm);
  /// As AudioEncoder's.
  std::optional<Bytes> finish();

 private:
  void give(const AVFrame& frame, std::int64_t most);

  PcmFormat format_;
  AudioEncoder encoder_;
  av::AudioResampler resampler_;
  std::int64_t samples_in_ = 0, samples_out_ = 0;
};

}  // namespace mpienc::encode
