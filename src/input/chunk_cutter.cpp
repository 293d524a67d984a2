#include "mpienc/input/chunk_cutter.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "mpienc/av/error.hpp"

namespace mpienc::input {

namespace {

constexpr std::size_t most_leading = 64;
constexpr double shortest_chunk = 1.0;

MaybeTicks known(std::int64_t ticks) { return ticks == AV_NOPTS_VALUE ? MaybeTicks{} : MaybeTicks{ticks}; }

}  // namespace

ChunkCutter::ChunkCutter(const av::Stream& source, CutterSettings settings)
    : settings_(std::move(settings)),
      parser_(*source.parameters),
      time_base_(source.time_base),
      parameters_(av::clone(*source.parameters)),
      fills_pts_(source.parameters->codec_id == AV_CODEC_ID_MPEG1VIDEO ||
                 source.parameters->codec_id == AV_CODEC_ID_MPEG2VIDEO ||
                 source.parameters->codec_id == AV_CODEC_ID_MPEG4),
      nominal_duration_(source.frame_rate.num > 0 ? 1 / to_double(source.frame_rate) : 0.04) {
  open_at(0);
  open_.first = true;
}

void ChunkCutter::open_at(std::int64_t packet) {
  open_ = CutChunk{};
  open_.chunk.index = next_index_++;
  open_.chunk.first_packet = packet;
  open_.chunk.start_seconds = clock_;
  open_.source = parameters_;
  open_.time_base = time_base_;
}

void ChunkCutter::add(CutChunk& chunk, av::Packet packet, PacketTime time) const {
  chunk.chunk.bytes += packet->size;
  chunk.packets.push_back(std::move(packet));
  chunk.times.push_back(time);
}

bool ChunkCutter::leads(const AVPacket& packet, const Picture& picture) const {
  if (!leading_open_ || open_.packets.size() > most_leading) return false;
  switch (picture.leading) {
    case Picture::Leading::yes: return true;
    case Picture::Leading::no: return false;
    case Picture::Leading::by_pts: break;
  }
  const auto key = open_.packets.front()->pts;
  return key != AV_NOPTS_VALUE && (packet.pts == AV_NOPTS_VALUE || packet.pts < key);
}

void ChunkCutter::place_missing_pts(const Picture& picture, const AVPacket& packet, PacketTime& time) {
  if (!fills_pts_) return;
  if (picture.bidirectional) {
    if (!time.pts) time.pts = known(packet.dts);
    return;
  }
  if (!untimed_ || packet.dts == AV_NOPTS_VALUE) return;
  open_.times.at(*untimed_).pts = packet.dts;
  if (closing_) {
    const auto copy = static_cast<std::size_t>(closing_->chunk.packets()) + *untimed_;
    if (copy < closing_->times.size()) closing_->times[copy].pts = packet.dts;
  }
}

/// The most pictures that are coded before and shown after one picture: what a decoder has to hold back.
void ChunkCutter::follow_reordering(const AVPacket& packet) {
  constexpr std::size_t most = 16;
  if (parameters_->codec_id != AV_CODEC_ID_H264 || packet.pts == AV_NOPTS_VALUE) return;
  const auto later = std::ranges::count_if(recent_pts_, [&](Ticks pts) { return pts > packet.pts; });
  recent_pts_.push_back(packet.pts);
  if (recent_pts_.size() > most) recent_pts_.pop_front();
  if (later <= parameters_->video_delay) return;
  auto deeper = av::clone(*parameters_);
  deeper->video_delay = static_cast<int>(later);
  parameters_ = std::move(deeper);
  if (!open_.first) open_.source = parameters_;
}

void ChunkCutter::follow_extradata(const AVPacket& packet) {
  std::size_t size = 0;
  const auto* data = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
  if (data == nullptr || size == 0) return;
  auto changed = av::clone(*parameters_);
  av_freep(&changed->extradata);
  changed->extradata = static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
  if (changed->extradata == nullptr) throw Error(ExitStatus::internal, "out of memory");
  std::memcpy(changed->extradata, data, size);
  changed->extradata_size = static_cast<int>(size);
  parser_ = PictureParser(*changed);
  parameters_ = std::move(changed);
}

std::optional<CutChunk> ChunkCutter::push(av::Packet packet, std::optional<double> fraction) {
  const auto id = next_packet_++;
  follow_extradata(*packet);
  const auto picture = parser_.inspect(*packet);
  PacketTime time{known(packet->pts), packet->duration};
  place_missing_pts(picture, *packet, time);
  follow_reordering(*packet);

  std::optional<CutChunk> complete;
  if (leading_open_) {
    if (leads(*packet, picture)) {
      const bool told = packet->pts != AV_NOPTS_VALUE || picture.leading == Picture::Leading::yes;
      if (told) open_.own_leading = static_cast<std::int64_t>(open_.packets.size());
      add(*closing_, av::clone(*packet), time);
    } else {
      leading_open_ = false;
      complete = std::exchange(closing_, std::nullopt);
    }
  }

  const double step = packet->duration > 0 ? static_cast<double>(packet->duration) * to_double(time_base_)
                                           : nominal_duration_;
  const double now = packet->dts != AV_NOPTS_VALUE ? static_cast<double>(packet->dts) * to_double(time_base_)
                                                   : (origin_ ? clock_ + *origin_ : 0);
  if (!origin_) origin_ = now;
  const double begin = std::max(clock_ - step, now - *origin_);

  const double length = begin - open_.chunk.start_seconds;
  const bool large = open_.chunk.bytes >= settings_.soft_bytes && length >= shortest_chunk;
  if (picture.safe_cut && !open_.packets.empty() && !complete && !leading_open_ && length > 0 &&
      (large || length >= settings_.target(begin, fraction))) {
    open_.chunk.end_packet = id;
    open_.chunk.end_seconds = begin;
    closing_ = std::move(open_);
    clock_ = begin;
    open_at(id);
    add(*closing_, av::clone(*packet), time);
    leading_open_ = true;
  }
  clock_ = begin + step;
  if (!picture.bidirectional) {
    untimed_ = fills_pts_ && !time.pts ? std::optional(open_.times.size()) : std::nullopt;
  }
  add(open_, std::move(packet), time);
  return complete;
}

CutChunk ChunkCutter::take_open() { return std::exchange(open_, CutChunk{}); }

std::optional<CutChunk> ChunkCutter::finish() {
  if (closing_) return std::exchange(closing_, std::nullopt);
  if (open_.packets.empty()) return std::nullopt;
  open_.chunk.end_packet = next_packet_;
  open_.chunk.end_seconds = clock_;
  open_.last = true;
  return std::exchange(open_, CutChunk{});
}

}  // namespace mpienc::input
