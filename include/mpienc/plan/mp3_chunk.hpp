#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "mpienc/core/bytes.hpp"
#include "mpienc/plan/mp3_frame.hpp"
#include "mpienc/plan/mp3_stream.hpp"

namespace mpienc {

/// A unit of MP3 work: frames [first_frame, first_frame + frames) of the file, and the PCM that its encoder
/// must hear for them. Samples are instants, of all channels.
struct Mp3Task {
  std::int32_t index = 0;
  std::int64_t first_frame = 0;
  std::int64_t frames = 0;          ///< 0 with `last` where it is left to the encoder
  std::int64_t warm_up_frames = 0;  ///< encoded before them and dropped
  std::int64_t check_frames = 0;    ///< encoded behind them and compared with the next chunk's first ones
  bool last = false;
  std::int64_t first_sample = 0;  ///< of the PCM, warm-up included
  std::int64_t samples = 0;       ///< of the PCM, warm-up and look-ahead included

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static Mp3Task parse(ByteReader& reader);
  friend bool operator==(const Mp3Task&, const Mp3Task&) = default;
};

/// What encoding a task gives: a pure function of the task, the settings and the PCM.
struct Mp3Chunk {
  std::int32_t index = 0;
  std::int64_t first_frame = 0;
  std::int64_t warm_up_frames = 0;
  bool last = false;
  Mp3Frames frames;  ///< Mp3Joining::repack: the task's, and behind them those to compare
  std::int32_t check_frames = 0;
  Bytes data;                ///< otherwise: finished frames
  Bytes tag;                 ///< of the last chunk: LAME's Info frame, whole but for what only the file knows
  std::int32_t padding = 0;  ///< of the last chunk: samples behind the last one

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static Mp3Chunk parse(std::span<const std::byte> bytes);
};

namespace plan {

/// 61 s at 44.1 kHz. The bytes promised for V0 to V3 and ABR hold for this length only.
inline constexpr std::int64_t mp3_chunk_frames = 2352;
/// At 44.1 kHz and its halves the padding of constant bit rates repeats after so many frames, so all starts
/// are multiples of it.
inline constexpr std::int64_t mp3_frame_period = 49;

/// Samples that LAME must hear behind n frames' worth to give out exactly n: it needs 224, and with 500 more
/// it gives out the next one (at 24 kHz and below; above, from 224 to 1375).
inline constexpr std::int64_t mp3_look_ahead = 300;

/// Cuts PCM whose length may become known only at its end. The cuts depend on the stream and the number of
/// samples alone.
class Mp3Cutter {
 public:
  /// `chunk_frames` is a positive multiple of mp3_frame_period, else throws Error(internal).
  explicit Mp3Cutter(const Mp3Stream& stream, std::int64_t chunk_frames = mp3_chunk_frames);

  /// The next task that `samples` from the start suffice for; `ended`: there are no more. Nothing where more
  /// samples are needed, and after the last task.
  [[nodiscard]] std::optional<Mp3Task> next(std::int64_t samples, bool ended);

 private:
  Mp3Stream stream_;
  std::int64_t chunk_frames_;
  std::int64_t next_frame_ = 0;
  std::int32_t next_index_ = 0;
  bool done_ = false;
};

/// After so much warm-up a chunk is taken that fits but is not shown to be what a serial encode would have
/// made.
inline constexpr std::int64_t mp3_most_warm_up = 32 * mp3_frame_period;

/// The same task with twice the warm-up, at most from the file's start: for a chunk whose first frames were
/// not those of the chunk before.
[[nodiscard]] Mp3Task with_more_warm_up(const Mp3Task& task, const Mp3Stream& stream);

/// Samples before a chunk's own that its first try may need: how much of the PCM must be kept for it. A retry
/// needs more, which must be read again.
[[nodiscard]] std::int64_t mp3_samples_before(const Mp3Stream& stream);

}  // namespace plan
}  // namespace mpienc
