#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "mpienc/encode/frame_relay.hpp"
#include "mpienc/input/chunk_cutter.hpp"

namespace mpienc::app {

/// Takes over from a ChunkCutter whose open chunk grew too large for want of a safe point: the frames are
/// decoded here once and travel without loss, in chunks of the usual length.
class RelayCutter {
 public:
  using Sink = std::function<void(input::CutChunk)>;

  /// `open`: what the cutter held; its packets are relayed by begin(). The sink may wait, which bounds
  /// memory.
  RelayCutter(input::CutChunk open, input::CutterSettings settings, Sink sink);

  void begin(std::optional<double> fraction);
  void push(const AVPacket& packet, std::optional<double> fraction);
  void finish();

  [[nodiscard]] std::int64_t damaged_frames() const { return relay_.damaged_frames(); }
  [[nodiscard]] std::int64_t decode_errors() const { return relay_.decode_errors(); }

 private:
  void take(encode::FrameRelay::Relayed frame);
  void close(bool last);

  input::CutterSettings settings_;
  encode::FrameRelay relay_;
  input::CutChunk held_;
  Sink sink_;
  input::CutChunk open_;
  std::optional<double> fraction_;
  double clock_;
};

}  // namespace mpienc::app
