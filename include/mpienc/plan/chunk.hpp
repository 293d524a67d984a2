#pragma once

#include <cstdint>
#include <vector>

#include "mpienc/core/rational.hpp"

namespace mpienc {

/// One unit of video work: the pictures that packets [first_packet, end_packet) own. Packet ids number
/// the video stream's packets from 0 in file order.
struct Chunk {
  int index = 0;
  std::int64_t first_packet = 0;
  std::int64_t end_packet = 0;
  double start_seconds = 0;  ///< programme time by the decode clock
  double end_seconds = 0;
  std::int64_t bytes = 0;  ///< payload, tail packets included

  [[nodiscard]] double seconds() const { return end_seconds - start_seconds; }
  [[nodiscard]] std::int64_t packets() const { return end_packet - first_packet; }
};

/// What rank 0 keeps of a packet until its chunk is joined; ticks of the programme's video time base.
struct PacketTime {
  MaybeTicks pts;
  Ticks duration = 0;  ///< 0 where unknown
};

}  // namespace mpienc
