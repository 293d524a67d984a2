#include "mpienc/plan/mp3_silence.hpp"

#include "mpienc/core/error.hpp"
#include "mpienc/plan/mp3_frame.hpp"

namespace mpienc::plan {

namespace {

constexpr std::uint32_t sync = 0xFFE00000, layer_3 = 1 << 17, no_checksum = 1 << 16, mono = 3 << 6;

std::int32_t bitrate_index(const Mp3Stream& stream) {
  if (stream.bitrate == 0) return 1;
  std::int32_t index = 1;
  while (index < 14 && mp3_kbps(stream.mpeg1(), index) != stream.bitrate) ++index;
  return index;
}

std::uint32_t header_of(const Mp3Stream& stream) {
  const std::uint32_t version = stream.mpeg1() ? 3 : stream.rate > 12000 ? 2 : 0;
  const std::uint32_t rate = stream.rate % 11025 == 0 ? 0 : stream.rate % 12000 == 0 ? 1 : 2;
  return sync | version << 19 | layer_3 | (stream.checksums ? 0 : no_checksum) |
         static_cast<std::uint32_t>(bitrate_index(stream)) << 12 | rate << 10 |
         (stream.channels == 1 ? mono : 0);
}

}  // namespace

Bytes silent_mp3_frames(const Mp3Stream& stream, std::int64_t frames) {
  Bytes frame(static_cast<std::size_t>(stream.frame_bytes(bitrate_index(stream), false)));
  const auto header = header_of(stream);
  for (std::size_t i = 0; i < 4; ++i) frame.at(i) = static_cast<std::byte>(header >> (24 - 8 * i) & 0xff);
  if (stream.checksums) {
    const auto crc = mp3_frame_crc(std::span(frame).first(static_cast<std::size_t>(stream.head_bytes())));
    frame.at(4) = static_cast<std::byte>(crc >> 8);
    frame.at(5) = static_cast<std::byte>(crc & 0xff);
  }
  Bytes all;
  all.reserve(frame.size() * static_cast<std::size_t>(frames));
  for (std::int64_t i = 0; i < frames; ++i) all.insert(all.end(), frame.begin(), frame.end());
  return all;
}

Mp3Chunk silent_mp3_chunk(const Mp3Task& task, std::int64_t own_samples, const Mp3Stream& stream) {
  const std::int64_t end = task.first_frame * stream.samples_per_frame + own_samples;
  Mp3Chunk chunk;
  chunk.index = task.index;
  chunk.first_frame = task.first_frame;
  chunk.warm_up_frames = task.warm_up_frames;
  chunk.last = task.last;
  chunk.data = silent_mp3_frames(stream, task.last ? stream.frames_of(end) - task.first_frame : task.frames);
  return chunk;
}

}  // namespace mpienc::plan
