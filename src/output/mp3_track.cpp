#include "mpienc/output/mp3_track.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "mpienc/av/error.hpp"
#include "mpienc/output/mp3_join.hpp"

namespace mpienc::output {

namespace {

void put_little_endian(std::uint8_t* to, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

void add_skipped_samples(AVPacket& packet, std::uint32_t before, std::uint32_t behind) {
  constexpr std::size_t size = 10;
  auto* data = av_packet_new_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, size);
  if (data == nullptr) throw Error(ExitStatus::internal, "out of memory; use fewer lanes (--lanes)");
  std::fill_n(data, size, std::uint8_t{0});
  put_little_endian(data, before);
  put_little_endian(data + 4, behind);
}

}  // namespace

av::Packet Mp3Track::packet_of(std::span<const std::byte> frame, Ticks start) const {
  auto packet = av::make_packet();
  av::check(av_new_packet(packet.get(), static_cast<int>(frame.size())), ExitStatus::internal,
            "an audio packet");
  std::memcpy(packet->data, frame.data(), frame.size());
  const std::int64_t begin = frames_ * samples_per_frame_;
  packet->flags |= AV_PKT_FLAG_KEY;
  packet->pts = packet->dts = start + begin - delay_;
  packet->duration = samples_per_frame_;
  if (complete_) {
    // LAME may end with a frame of padding alone.
    packet->pts = packet->dts = std::min(packet->pts, start + samples_);
    packet->duration = std::clamp<std::int64_t>(delay_ + samples_ - begin, 0, samples_per_frame_);
  }
  const auto behind = samples_per_frame_ - packet->duration;
  const auto before = frames_ == 0 ? delay_ : 0;
  if (before > 0 || behind > 0) {
    add_skipped_samples(*packet, static_cast<std::uint32_t>(before), static_cast<std::uint32_t>(behind));
  }
  return packet;
}

std::vector<av::Packet> Mp3Track::add(const Mp3Chunk& chunk, std::int64_t samples, Ticks start) {
  if (complete_ || chunk.first_frame != frames_) {
    throw Error(ExitStatus::internal,
                "MP3 frame " + std::to_string(chunk.first_frame) + " came out of order");
  }
  samples_ += samples;
  complete_ = chunk.last;
  std::vector<av::Packet> packets;
  const auto whole = for_each_mp3_frame(chunk.data, [&](std::span<const std::byte> frame) {
    packets.push_back(packet_of(frame, start));
    ++frames_;
  });
  const std::int64_t end = frames_ * samples_per_frame_;
  if (whole != chunk.data.size() || (complete_ ? end < delay_ + samples_ : end != samples_)) {
    throw Error(ExitStatus::internal,
                "an MP3 chunk has other frames than its samples make: " + std::to_string(frames_) + " for " +
                    std::to_string(samples_) + " samples");
  }
  return packets;
}

}  // namespace mpienc::output
