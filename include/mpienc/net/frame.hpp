#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mpienc/core/bytes.hpp"
#include "mpienc/net/transport.hpp"

namespace mpienc::net {

/// What every frame starts with, in the machine's byte order.
struct FrameHeader {
  std::uint32_t magic = 0;      ///< "MPE" and the version of this format
  std::uint32_t operation = 0;  ///< an Operation
  std::int32_t chunk = -1;
  std::int32_t attempt = 0;
  std::uint64_t length = 0;  ///< bytes of the whole payload
  std::uint64_t offset = 0;  ///< where in the payload this frame's bytes belong
  std::uint32_t size = 0;    ///< payload bytes in this frame
  std::uint32_t crc = 0;     ///< CRC-32 of the frame's payload bytes
  std::uint32_t unused = 0;
  std::uint32_t header_crc = 0;  ///< CRC-32 of all of the above
};

inline constexpr std::uint32_t kFrameMagic = 0x4d504502;
/// Larger sends may hang the survivor when a peer dies (measured, Open MPI 4.1.4 over TCP).
inline constexpr std::size_t kMaxFrameBytes = 60'000;
inline constexpr std::size_t kMaxFramePayload = kMaxFrameBytes - sizeof(FrameHeader);

/// Cuts a message into frames of at most kMaxFrameBytes; shares the payload, copies a frame at a time.
class FrameSplitter {
 public:
  explicit FrameSplitter(Message message);
  /// Whether every frame has been given out; a message without payload has one frame.
  [[nodiscard]] bool done() const { return done_; }
  /// Replaces `frame` with the next frame. Must not be called when done().
  void next(Bytes& frame);

 private:
  Message message_;
  std::size_t offset_ = 0;
  bool done_ = false;
};

/// Whether the message fits one frame and so may go between the frames of another.
[[nodiscard]] bool fits_frame(const Message& message);

/// Puts one sender's frames, given in order, together again. A whole message that may_overtake() may come
/// between the frames of another.
class FrameAssembler {
 public:
  explicit FrameAssembler(int from) : from_(from) {}
  /// Returns the message that this frame completes, if any; without payload and marked as damaged where
  /// payload bytes were. Throws Error(cluster) naming the sender on a frame with a damaged header, foreign
  /// or misplaced.
  [[nodiscard]] std::optional<Message> add(std::span<const std::byte> frame);
  /// Whether a message has begun and is not complete.
  [[nodiscard]] bool partial() const { return partial_; }

 private:
  [[nodiscard]] FrameHeader checked_header(std::span<const std::byte> frame) const;
  void begin(const FrameHeader& header);
  [[nodiscard]] bool overtakes(const FrameHeader& header) const;
  void check_place(const FrameHeader& header) const;

  int from_;
  bool partial_ = false, damaged_ = false;
  FrameHeader first_;
  std::uint64_t arrived_ = 0;  ///< bytes of the payload, damaged ones too
  Bytes payload_;              ///< empty if damaged_
};

}  // namespace mpienc::net
