#pragma once

#include <cstdint>
#include <map>

#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/output_thread.hpp"
#include "mpienc/app/replacement.hpp"
#include "mpienc/output/mp3_track.hpp"
#include "mpienc/plan/mp3_stream.hpp"

namespace mpienc::app {

/// The way of planned MP3 chunks to one track of the output, in plan order.
class AudioOutlet {
 public:
  /// `delay` as output::Mp3Track's. `output` outlives it.
  AudioOutlet(OutputThread& output, int track, const Mp3Stream& stream, int delay)
      : output_(output), track_(track), stream_(stream), packets_(stream.samples_per_frame, delay) {}

  void planned(const PlannedChunk& chunk);
  [[nodiscard]] bool expects(int chunk) const { return pending_.contains(chunk); }
  /// Silence for a chunk that cannot be encoded; release() gets its result.
  [[nodiscard]] Replacement replace(const encode::Mp3PcmTask& task);
  void release(const ChunkResult& result);
  /// All chunks are released. Error(codec) where all had to be replaced.
  void finish();

 private:
  struct Pending {
    std::int64_t samples = 0;
    Ticks track_start = 0;
  };

  OutputThread& output_;
  int track_;
  Mp3Stream stream_;
  output::Mp3Track packets_;
  std::map<int, Pending> pending_;
  int released_ = 0, replaced_ = 0;
};

}  // namespace mpienc::app
