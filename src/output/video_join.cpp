#include "mpienc/output/video_join.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "mpienc/core/error.hpp"
#include "mpienc/output/h264_information_sei.hpp"
#include "mpienc/output/h264_parameter_sets.hpp"

namespace mpienc::output {

namespace {

Ticks nominal_distance(const VideoJoiner::Settings& settings) {
  const auto rate = settings.frame_rate.num > 0 ? settings.frame_rate : Rational{25, 1};
  return std::max<Ticks>(1, rescale(1, {rate.den, rate.num}, settings.time_base));
}

[[noreturn]] void refuse(const EncodedChunk& chunk, const std::string& why) {
  throw Error(ExitStatus::codec, "chunk " + std::to_string(chunk.index) + " " + why);
}

av::Packet to_packet(const Bytes& data, bool key) {
  auto packet = av::make_packet();
  if (av_new_packet(packet.get(), static_cast<int>(data.size())) < 0) {
    throw Error(ExitStatus::internal, "out of memory; use fewer lanes (--lanes)");
  }
  if (!data.empty()) std::memcpy(packet->data, data.data(), data.size());
  if (key) packet->flags |= AV_PKT_FLAG_KEY;
  return packet;
}

void check_each_frame_once(const EncodedChunk& chunk) {
  std::vector<bool> seen(chunk.frames.size(), false);
  for (const auto& packet : chunk.packets) {
    const auto frame = static_cast<std::size_t>(packet.frame);
    if (packet.frame < 0 || frame >= seen.size() || seen[frame]) {
      refuse(chunk, "has a packet of no frame of its own; this is a fault of the encoder");
    }
    seen[frame] = true;
  }
  if (chunk.packets.size() != chunk.frames.size()) {
    refuse(chunk, "has " + std::to_string(chunk.packets.size()) + " packets for " +
                      std::to_string(chunk.frames.size()) + " frames; this is a fault of the encoder");
  }
}

}  // namespace

VideoJoiner::VideoJoiner(const Settings& settings)
    : settings_(settings), frame_times_(nominal_distance(settings)), decode_times_(settings.reorder_depth) {}

std::vector<av::Packet> VideoJoiner::join(const EncodedChunk& chunk, std::int64_t first_packet,
                                          const std::vector<PacketTime>& times) {
  check_fits(chunk);
  check_seam(chunk);
  auto ready = add(chunk, first_of(chunk), first_packet, times);
  after_copy_ = after_copy_ && chunk.packets.empty();
  return ready;
}

std::vector<av::Packet> VideoJoiner::join_copied(const EncodedChunk& chunk, std::int64_t first_packet,
                                                 const std::vector<PacketTime>& times) {
  check_order(chunk);
  expected_checksum_ = 0;
  after_copy_ = true;
  return add(chunk, chunk.packets.empty() ? Bytes() : chunk.packets.front().data, first_packet, times);
}

void VideoJoiner::skip(const std::vector<PacketTime>& times) {
  expected_checksum_ = 0;
  const auto time = frame_times_.skip(times);
  if (!times_.empty()) times_.back().duration += time;
}

std::vector<av::Packet> VideoJoiner::add(const EncodedChunk& chunk, const Bytes& first,
                                         std::int64_t first_packet, const std::vector<PacketTime>& times) {
  const auto base = first_frame_ + static_cast<std::int64_t>(times_.size());
  for (const auto& packet : chunk.packets) {
    const auto& data = &packet == chunk.packets.data() ? first : packet.data;
    pending_.push_back({to_packet(data, packet.key), base + packet.frame, {}});
  }
  for (const auto& time : frame_times_.next(chunk.frames, first_packet, times)) {
    times_.push_back(time);
    assign_decode_times(decode_times_.next(time.pts));
  }
  return take_final(false);
}

std::vector<av::Packet> VideoJoiner::finish() {
  assign_decode_times(decode_times_.finish());
  return take_final(true);
}

void VideoJoiner::check_fits(const EncodedChunk& chunk) {
  if (!extradata_) {
    extradata_ = chunk.extradata;
    first_chunk_ = chunk.index;
  }
  if (chunk.extradata != *extradata_) {
    refuse(chunk, "has other parameter sets than chunk " + std::to_string(first_chunk_) +
                      " and cannot be joined to it; do all ranks run the same libraries?");
  }
  check_order(chunk);
}

void VideoJoiner::check_order(const EncodedChunk& chunk) const {
  if (chunk.reorder_depth > settings_.reorder_depth) {
    refuse(chunk, "reorders by " + std::to_string(chunk.reorder_depth) + " frames where chunk " +
                      std::to_string(first_chunk_) + " promised " + std::to_string(settings_.reorder_depth));
  }
  check_each_frame_once(chunk);
}

void VideoJoiner::check_seam(const EncodedChunk& chunk) {
  if (expected_checksum_ != 0 && !chunk.frames.empty() && chunk.first_checksum != expected_checksum_) {
    ++seam_mismatches_;
  }
  expected_checksum_ = chunk.next_checksum;
}

Bytes VideoJoiner::first_of(const EncodedChunk& chunk) const {
  if (chunk.packets.empty()) return {};
  const auto& data = chunk.packets.front().data;
  if (!settings_.h264) return data;
  auto bytes = chunk.index == first_chunk_ ? data : without_information_sei(data);
  return after_copy_ ? with_parameter_sets(chunk.extradata, std::move(bytes)) : bytes;
}

void VideoJoiner::assign_decode_times(const std::vector<Ticks>& times) {
  for (const auto dts : times) pending_[timed_++].dts = dts;
}

std::vector<av::Packet> VideoJoiner::take_final(bool at_end) {
  std::vector<av::Packet> ready;
  while (!pending_.empty() && pending_.front().dts) {
    auto& front = pending_.front();
    const auto at = static_cast<std::size_t>(front.frame - first_frame_);
    const bool last = at + 1 == times_.size();
    if (last && !at_end) break;
    auto& packet = *front.packet;
    packet.pts = times_[at].pts;
    packet.dts = *front.dts;
    packet.duration = last ? times_[at].duration : times_[at + 1].pts - packet.pts;
    if (packet.dts > packet.pts) {
      throw Error(ExitStatus::codec, "the encoder reorders by more than the " +
                                         std::to_string(settings_.reorder_depth) + " frames it promised");
    }
    ready.push_back(std::move(front.packet));
    pending_.pop_front();
    --timed_;
  }
  const auto oldest = std::min_element(pending_.begin(), pending_.end(),
                                       [](const auto& a, const auto& b) { return a.frame < b.frame; });
  const auto end = first_frame_ + static_cast<std::int64_t>(times_.size());
  const auto keep_from = oldest == pending_.end() ? end : oldest->frame;
  times_.erase(times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(keep_from - first_frame_));
  first_frame_ = keep_from;
  return ready;
}

VideoJoiner::Counts VideoJoiner::counts() const {
  return {first_frame_ + static_cast<std::int64_t>(times_.size()), frame_times_.nudged(), seam_mismatches_};
}

}  // namespace mpienc::output
