#pragma once

#include <span>
#include <string>

#include "mpienc/av/handles.hpp"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/samplefmt.h>
}

namespace mpienc::av {

/// An AVChannelLayout that owns what it points to.
class ChannelLayout {
 public:
  /// libavutil's usual layout of that many channels.
  explicit ChannelLayout(int channels) { av_channel_layout_default(&layout_, channels); }
  /// A layout without known positions becomes the usual one of its channel count.
  explicit ChannelLayout(const AVChannelLayout& from);
  ChannelLayout(const ChannelLayout& other);
  ChannelLayout& operator=(const ChannelLayout& other);
  ~ChannelLayout() { av_channel_layout_uninit(&layout_); }

  [[nodiscard]] const AVChannelLayout& get() const { return layout_; }
  [[nodiscard]] int channels() const { return layout_.nb_channels; }
  /// Gives `to` a copy; Error(internal) when memory runs out.
  void copy_to(AVChannelLayout& to) const;
  friend bool operator==(const ChannelLayout& a, const ChannelLayout& b) {
    return av_channel_layout_compare(&a.layout_, &b.layout_) == 0;
  }

 private:
  AVChannelLayout layout_{};
};

/// How raw samples lie in memory.
struct AudioFormat {
  AVSampleFormat sample_format = AV_SAMPLE_FMT_S16;
  int sample_rate = 48000;
  ChannelLayout layout{2};

  friend bool operator==(const AudioFormat&, const AudioFormat&) = default;
};

/// What the parameters say; 48000 Hz, stereo or 16 bit where they say nothing.
[[nodiscard]] AudioFormat audio_format_of(const AVCodecParameters& parameters);
[[nodiscard]] AudioFormat audio_format_of(const AVFrame& frame);

/// Bits per sample worth keeping: 16 where the source codec is lossy.
[[nodiscard]] int audio_precision(const AVCodecParameters& parameters);

/// The format nearest to `source` that the encoder takes: the same rate, else the next higher, else the
/// highest; the same layout, else one of as many channels, else the largest of fewer channels; a sample
/// format that keeps `precision` bits where the encoder is lossless.
[[nodiscard]] AudioFormat nearest_audio_format(const AVCodec& encoder, const AudioFormat& source,
                                               int precision);

/// A frame of that format with room for `samples`. Throws Error(internal) when memory runs out.
[[nodiscard]] Frame make_audio_frame(const AudioFormat& format, int samples);
[[nodiscard]] Frame make_silence(const AudioFormat& format, int samples);

}  // namespace mpienc::av
