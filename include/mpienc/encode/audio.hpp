#pragma once

#include <functional>
#include <optional>
#include <string>

#include "mpienc/av/stream.hpp"

namespace mpienc::encode {

struct AudioSettings {
  std::string codec = "libmp3lame";       ///< encoder name of libavcodec, "pcm" (pcm_s16le) or "copy"
  std::optional<std::int64_t> bit_rate;   ///< bits per second
  std::optional<double> quality;          ///< the encoder's own scale (LAME -V n: 0 best)
  bool global_header = true;              ///< the muxer wants extradata in the header
};

/// One track, decoded and encoded whole and in order; sample-exact against its timeline: the first
/// packet's pts is the track's start, gaps become silence as long as the gap. One thread.
class AudioTrack {
 public:
  /// Packets leave with pts, dts and duration in ticks of stream().time_base.
  using Sink = std::function<void(av::Packet)>;

  /// `source`: parameters and time base of the packets to come. Throws Error(usage) for an unknown
  /// encoder (naming near ones) and Error(codec) for settings that it refuses.
  AudioTrack(const av::Stream& source, const AudioSettings& settings, Sink sink);
  ~AudioTrack();

  /// The encoded track: codec parameters with extradata, time base 1/sample_rate, source metadata.
  [[nodiscard]] const av::Stream& stream() const;

  /// A packet of the timeline; pts in ticks of source.time_base.
  void push(const AVPacket& packet);
  /// The reader is at `now` (source ticks) and this track is behind: fill with silence up to there.
  void advance(Ticks now);
  /// Drains decoder and encoder. Returns extradata where the encoder changed it at its end (FLAC).
  std::optional<Bytes> finish();

  struct Counts {
    std::int64_t samples_in = 0;       ///< decoded
    std::int64_t samples_silence = 0;  ///< filled in
    std::int64_t samples_dropped = 0;  ///< overlapping a mended timeline
    std::int64_t decode_errors = 0;
    double cpu_seconds = 0;
  };
  [[nodiscard]] Counts counts() const;
};

}  // namespace mpienc::encode
