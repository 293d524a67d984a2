#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/rational.hpp"

namespace mpienc {

/// A compressed packet of an encoded chunk, in coded order.
struct EncodedPacket {
  std::int32_t frame = 0;  ///< index into EncodedChunk::frames: its place in display order
  bool key = false;
  Bytes data;
};

/// A frame of an encoded chunk, in display order.
struct EncodedFrame {
  std::int64_t packet = 0;  ///< id of the source packet; -1 where the decoder gave none
  Ticks duration = 0;       ///< ticks of the source's time base, 0 where unknown
};

/// What encoding a chunk gives: a pure function of the chunk and the encoding options.
struct EncodedChunk {
  std::int32_t index = 0;
  std::int32_t reorder_depth = 0;  ///< packets that the encoder holds back: 0 without B-frames
  Bytes extradata;                 ///< parameter sets; equal for all chunks of a job
  std::vector<EncodedPacket> packets;
  std::vector<EncodedFrame> frames;
  std::int32_t damaged_frames = 0;   ///< concealed or flagged corrupt by the decoder
  std::int32_t decode_errors = 0;    ///< packets that the decoder refused
  std::uint32_t first_checksum = 0;  ///< CRC-32 of this chunk's first decoded frame
  std::uint32_t next_checksum = 0;   ///< CRC-32 of the next chunk's first frame as decoded here, or 0

  /// Of all packets' data.
  [[nodiscard]] std::int64_t packet_bytes() const;
  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static EncodedChunk parse(std::span<const std::byte> bytes);
};

}  // namespace mpienc
