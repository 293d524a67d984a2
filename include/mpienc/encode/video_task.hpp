#pragma once

#include <memory>
#include <vector>

#include "mpienc/av/stream.hpp"
#include "mpienc/core/bytes.hpp"
#include "mpienc/plan/chunk.hpp"

namespace mpienc::encode {

/// A chunk as it travels: packets [first_packet, end_packet), then the tail (the next chunk's key and its
/// leading pictures). Their ids are consecutive. `times` has an entry per packet.
struct VideoTask {
  Chunk chunk;
  bool first = false;  ///< the stream begins here
  bool last = false;
  std::int64_t own_leading = 0;  ///< packets after first_packet that belong to the chunk before
  std::shared_ptr<const AVCodecParameters> source;
  Rational time_base{1, 1000};
  std::vector<av::Packet> packets;
  std::vector<PacketTime> times;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static VideoTask parse(std::span<const std::byte> bytes);
};

}  // namespace mpienc::encode
