#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "mpienc/app/plan_order.hpp"
#include "mpienc/encode/recording.hpp"
#include "mpienc/plan/mp3_chunk.hpp"

namespace mpienc::app {

/// Cuts PCM that comes piece by piece into the tasks of an MP3. Holds what the next chunk and its warm-up
/// need.
class Mp3PcmCutter {
 public:
  /// `stream`: as LAME settled it for the recording, not one of a single chunk; `chunk_frames` as
  /// plan::Mp3Cutter's; `pixels`: the unit of the chunks' packets and work, mp3_sample_pixels where that is a
  /// sample.
  Mp3PcmCutter(encode::Mp3Recording recording, const Mp3Stream& stream, std::int64_t chunk_frames,
               std::int64_t pixels);

  void add(const Bytes& pcm) { held_.insert(held_.end(), pcm.begin(), pcm.end()); }
  /// As add() of what `source` writes into the room for so many samples; returns the bytes that it says it
  /// wrote.
  std::size_t read(std::int64_t samples, const std::function<std::size_t(std::span<std::byte>)>& source);
  void end() { ended_ = true; }
  /// Samples added so far.
  [[nodiscard]] std::int64_t samples() const { return begin_ + std::ssize(held_) / block_; }
  /// The next chunk that what is there suffices for; its index counts this cutter's chunks.
  [[nodiscard]] std::optional<CutChunk> next();

 private:
  CutChunk take(const Mp3Task& task);
  void hold(std::span<const std::byte> pcm);
  [[nodiscard]] std::int64_t packets(std::int64_t samples) const;

  encode::Mp3Recording recording_;
  Mp3Stream stream_;
  plan::Mp3Cutter cutter_;
  std::int64_t chunk_frames_, block_, pixels_;
  std::int64_t begin_ = 0;  ///< of the first sample in held_
  Bytes held_;
  bool ended_ = false;
};

}  // namespace mpienc::app
