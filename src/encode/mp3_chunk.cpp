#include "mpienc/encode/mp3_chunk.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"
#include "mpienc/encode/mp3_encoder.hpp"
#include "mpienc/plan/mp3_reservoir.hpp"

namespace mpienc::encode {

namespace {

constexpr std::size_t frames_between_stops = 32;

/// False where a stop request came in between.
bool write_all(Mp3Encoder& encoder, std::span<const std::byte> pcm, const PcmFormat& format,
               const std::stop_token& stop, Bytes& out) {
  const std::size_t most = frames_between_stops *
                           static_cast<std::size_t>(encoder.stream().samples_per_frame) *
                           static_cast<std::size_t>(format.block_bytes());
  while (!pcm.empty()) {
    if (stop.stop_requested()) return false;
    const auto piece = pcm.first(std::min(most, pcm.size()));
    encoder.write(piece, out);
    pcm = pcm.subspan(piece.size());
  }
  return true;
}

/// Notes what the encoder had saved up before each frame, and sees that it is understood down to the byte.
void trace_reservoir(Mp3Frames& frames, const Mp3Stream& stream, std::span<const std::byte> encoded) {
  Mp3Reservoir reservoir(stream);
  Bytes again;
  again.reserve(encoded.size());
  auto main = std::span<const std::byte>(frames.main);
  bool same = true;
  for (auto& frame : frames.frames) {
    frame.reservoir = static_cast<std::uint16_t>(reservoir.level());
    same = same && reservoir.add(frame, main.first(frame.main_bytes()), again);
    main = main.subspan(frame.main_bytes());
  }
  reservoir.finish(again);
  if (!same || !std::ranges::equal(again, encoded)) {
    throw Error(ExitStatus::codec,
                fmt::format("LAME {} lays MP3 frames out in an unknown way: use --audio-quality 2, "
                            "or LAME 3.100",
                            stream.lame_version));
  }
}

/// Drops the warm-up and what lies behind the frames to compare.
void keep(Mp3Frames& all, std::int64_t from, std::int64_t count) {
  const auto bytes_until = [&](std::int64_t end) {
    std::size_t bytes = 0;
    for (std::int64_t at = 0; at < end; ++at) bytes += all.frames[static_cast<std::size_t>(at)].main_bytes();
    return static_cast<std::ptrdiff_t>(bytes);
  };
  const auto begin = bytes_until(from), end = bytes_until(from + count);
  all.main = Bytes(all.main.begin() + begin, all.main.begin() + end);
  all.frames = std::vector<Mp3Frame>(all.frames.begin() + from, all.frames.begin() + from + count);
}

void take_frames(Mp3Chunk& chunk, const Mp3Task& task, const Mp3Stream& stream,
                 std::span<const std::byte> encoded) {
  chunk.frames = parse_mp3_frames(encoded);
  const auto count = static_cast<std::int64_t>(chunk.frames.frames.size());
  const std::int64_t wanted = task.last ? count - task.warm_up_frames : task.frames + task.check_frames;
  if (wanted < 0 || count != task.warm_up_frames + wanted) {
    throw Error(ExitStatus::internal, fmt::format("MP3 chunk {} has {} frames", task.index, count));
  }
  trace_reservoir(chunk.frames, stream, encoded);
  keep(chunk.frames, task.warm_up_frames, wanted);
  chunk.check_frames = static_cast<std::int32_t>(task.last ? 0 : task.check_frames);
}

}  // namespace

Mp3Chunk encode_mp3_chunk(const Mp3Task& task, const Mp3Settings& settings, const PcmFormat& format,
                          std::span<const std::byte> pcm, const std::stop_token& stop) {
  const auto block = static_cast<std::size_t>(format.block_bytes());
  if (pcm.size() != static_cast<std::size_t>(task.samples) * block) {
    throw Error(ExitStatus::internal,
                fmt::format("MP3 chunk {} came with {} bytes of PCM", task.index, pcm.size()));
  }
  Mp3Encoder encoder(settings, format);
  const Mp3Stream& stream = encoder.stream();
  Mp3Chunk chunk;
  chunk.index = task.index;
  chunk.first_frame = task.first_frame;
  chunk.warm_up_frames = task.warm_up_frames;
  chunk.last = task.last;

  Bytes encoded;
  auto dropped = static_cast<std::ptrdiff_t>(stream.tag_bytes());
  if (stream.joining == Mp3Joining::flush && task.warm_up_frames > 0) {
    const auto heard =
        static_cast<std::size_t>(task.warm_up_frames * stream.samples_per_frame + plan::mp3_look_ahead) *
        block;
    if (!write_all(encoder, pcm.first(heard), format, stop, encoded)) return chunk;
    encoder.flush_frame(encoded);
    dropped = static_cast<std::ptrdiff_t>(encoded.size());
    pcm = pcm.subspan(heard);
  }
  if (!write_all(encoder, pcm, format, stop, encoded)) return chunk;
  if (task.last) {
    encoder.finish(encoded);
    chunk.tag = encoder.tag();
    chunk.padding = encoder.padding();
  } else {
    encoder.flush_frame(encoded);
  }
  encoded.erase(encoded.begin(), encoded.begin() + dropped);
  if (stream.joining == Mp3Joining::repack) {
    take_frames(chunk, task, stream, encoded);
  } else {
    chunk.data = std::move(encoded);
  }
  return chunk;
}

}  // namespace mpienc::encode
