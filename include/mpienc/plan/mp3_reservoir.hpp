#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>

#include "mpienc/core/bytes.hpp"
#include "mpienc/plan/mp3_frame.hpp"
#include "mpienc/plan/mp3_stream.hpp"

namespace mpienc {

/// Lays frames out as LAME 3.100 does: its bit reservoir, its choice of each frame's bit rate, its stuffing
/// (reservoir.c, bitstream.c and the ends of the iteration loops in quantize.c). The frames may come from
/// several encoders. The bytes of one LAME, taken apart and added in order, come out as they were.
class Mp3Reservoir {
 public:
  explicit Mp3Reservoir(Mp3Stream stream) : stream_(std::move(stream)) {}

  /// Bytes saved up for the next frame.
  [[nodiscard]] std::int32_t level() const { return level_; }

  /// Whether its encoder may have made another frame of the same sound here: the reservoir differs and limits
  /// large frames of a varying bit rate. For constant and average rates every frame depends on it, and this
  /// is false.
  [[nodiscard]] bool may_differ(const Mp3Frame& frame) const;

  /// Appends to `out` what is complete by this frame, which may lag behind by the reservoir; `main`: its
  /// frame.main_bytes(). False, and nothing done, where the frame needs more than is saved up here: its
  /// encoder had more to spend.
  [[nodiscard]] bool add(const Mp3Frame& frame, std::span<const std::byte> main, Bytes& out);

  /// Fills the last frame up; the next one begins with an empty reservoir.
  void finish(Bytes& out);

 private:
  struct Budget {
    std::int32_t body_bits = 0;   ///< a frame's room for main data
    std::int32_t most_saved = 0;  ///< bits that it may leave in the reservoir
    std::int32_t usable = 0;      ///< bits that its data may take
  };
  struct Head {
    std::array<std::byte, 38> bytes{};
    std::size_t body_bytes = 0;
  };

  [[nodiscard]] Budget budget(std::int32_t bitrate_index, bool padded, std::int32_t saved_bits) const;
  [[nodiscard]] std::int32_t bitrate_index(const Mp3Frame& frame) const;
  [[nodiscard]] std::int32_t varying_index(const Mp3Frame& frame, std::int32_t saved_bits, bool silent) const;
  [[nodiscard]] std::int32_t average_index(const Mp3Frame& frame) const;
  [[nodiscard]] Head head_of(const Mp3Frame& frame, std::int32_t bitrate_index,
                             std::int32_t main_data_begin) const;

  void put_bytes(std::span<const std::byte> bytes, Bytes& out);
  void begin_body(Bytes& out);
  void put_bits(unsigned value, int count, Bytes& out);
  void stuff(std::int32_t bits, Bytes& out);

  Mp3Stream stream_;
  std::int32_t level_ = 0;
  std::deque<Head> heads_;     ///< of frames that begin behind what is written so far
  std::size_t body_left_ = 0;  ///< bytes until the next head
  unsigned partial_ = 0;       ///< bits that are no byte yet
  int partial_bits_ = 0;
  bool stuffing_bit_ = false;
};

}  // namespace mpienc
