#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "mpienc/av/stream.hpp"

namespace mpienc::encode {

struct AudioSettings {
  /// Encoder name of libavcodec, "pcm" (16 bit, 24 where the source has more) or "copy".
  std::string codec = "libmp3lame";
  std::optional<std::int64_t> bit_rate;          ///< bits per second
  std::optional<double> quality;                 ///< the encoder's own scale (LAME -V n: 0 best)
  bool global_header = true;                     ///< the muxer wants extradata in the header
  std::map<std::string, std::string> options{};  ///< of the encoder, by its own names
};

/// One track, decoded and encoded whole and in order; sample-exact against its timeline: the first
/// packet's pts (after what its decoder has to skip) is the track's start, gaps become silence as long as
/// the gap. "copy" passes packets through; only those whose dts does not rise are dropped. One thread.
class AudioTrack {
 public:
  /// Packets leave with pts, dts and duration in ticks of stream().time_base.
  using Sink = std::function<void(av::Packet)>;

  /// `source`: parameters and time base of the packets to come. Throws Error(usage) for an unknown
  /// encoder (naming near ones) and Error(codec) for settings that it refuses.
  AudioTrack(const av::Stream& source, const AudioSettings& settings, Sink sink);
  ~AudioTrack();
  AudioTrack(const AudioTrack&) = delete;
  AudioTrack& operator=(const AudioTrack&) = delete;

  /// The encoded track: codec parameters with extradata, time base 1/sample_rate (that of the source
  /// with "copy"), source metadata.
  [[nodiscard]] const av::Stream& stream() const;

  /// A packet of the timeline; pts in ticks of source.time_base.
  void push(const AVPacket& packet);
  /// The reader is at `now` (source ticks) and this track is behind: fill with silence up to there.
  /// Before the first packet the track begins with silence at pts 0. "copy" fills nothing.
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

  /// The two ways that a track can go; private to the implementation.
  class Path {
   public:
    virtual ~Path() = default;
    [[nodiscard]] virtual const av::Stream& stream() const = 0;
    virtual void push(const AVPacket& packet) = 0;
    virtual void advance(Ticks now) = 0;
    virtual std::optional<Bytes> finish() = 0;
    Counts counts;
  };

 private:
  std::unique_ptr<Path> path_;
};

}  // namespace mpienc::encode
