#include "mpienc/input/program.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "mpienc/input/track_description.hpp"

namespace mpienc::input {

namespace {

constexpr std::size_t most_held = 600;
constexpr std::int64_t most_held_bytes = std::int64_t{8} << 20;

MaybeTicks known(std::int64_t ticks) { return ticks == AV_NOPTS_VALUE ? MaybeTicks{} : MaybeTicks{ticks}; }

void shift(std::int64_t& ticks, Ticks offset) {
  if (ticks != AV_NOPTS_VALUE) ticks += offset;
}

bool duration_is_known(const AVFormatContext& format) {
  return format.duration > 0 && format.duration_estimation_method == AVFMT_DURATION_FROM_STREAM;
}

}  // namespace

Program::Program(std::vector<std::filesystem::path> files, const std::vector<std::string>& maps,
                 Logger& logger, std::stop_token stop)
    : files_(std::move(files)), maps_(maps), stop_(std::move(stop)), logger_(logger) {
  open(0);
  const auto choice = choose_streams(demuxer_->format(), maps_);
  joined_ = demuxer_->is_byte_stream() && demuxer_->size() > 0;
  Survey found;
  if (joined_) {
    if (files_.size() > 1) demuxer_.emplace(files_, std::string(demuxer_->format_name()));
    if (demuxer_->may_jump()) found = survey(files_, *demuxer_);
  }
  describe_tracks(choose_streams(demuxer_->format(), maps_), std::move(found));
  const auto& format = demuxer_->format();
  const int wrap_bits = format.nb_streams > 0 ? format.streams[0]->pts_wrap_bits : 0;
  timeline_.emplace(static_cast<int>(audio_.size()) + 1, demuxer_->may_jump(), wrap_bits);
  const auto start = format.start_time;
  timeline_->open_file(start == AV_NOPTS_VALUE ? 0 : start, {1, AV_TIME_BASE});
  total_bytes_ = 0;
  for (const auto& file : files_) {
    std::error_code unknown;
    const auto size = std::filesystem::file_size(file, unknown);
    total_bytes_ += unknown ? 0 : static_cast<std::int64_t>(size);
  }
}

void Program::open(std::size_t file) {
  file_ = file;
  demuxer_.emplace(files_.at(file), stop_);
}

void Program::describe_tracks(const StreamChoice& choice, Survey found) {
  const auto& format = demuxer_->format();
  interlaced_ = found.interlaced;
  if (choice.video >= 0) {
    video_ = describe_track(format, choice.video);
    track_of_id_[format.streams[choice.video]->id] = -1;
    track_of_stream_[choice.video] = -1;
    interlaced_ |= video_.parameters->field_order > AV_FIELD_PROGRESSIVE;
  }
  std::vector<int> silent;
  for (const int index : choice.audio) {
    const auto* stream = format.streams[index];
    auto track = describe_track(format, index);
    for (auto& late : found.streams) {
      if (late.id == stream->id) track.parameters = av::clone(*late.parameters);
    }
    if (track.parameters->codec_id == AV_CODEC_ID_NONE || track.parameters->sample_rate <= 0) {
      silent.push_back(index);
      continue;
    }
    track_of_stream_[index] = static_cast<int>(audio_.size());
    track_of_id_[stream->id] = static_cast<int>(audio_.size());
    audio_.push_back(std::move(track));
  }
  for (const int index : silent) {
    if (!has_video() && audio_.empty()) break;
    logger_.warn("audio stream {}: no sound could be found in it; it is left out", index);
  }
  if (!maps_.empty()) return;
  for (auto& late : found.streams) {
    if (track_of_id_.contains(late.id) || late.parameters->codec_type != AVMEDIA_TYPE_AUDIO) continue;
    av::Stream track;
    track.parameters = av::clone(*late.parameters);
    track.time_base = av::from_av(format.streams[0]->time_base);
    logger_.info("audio track {} (id {:#x}) begins late in the file", audio_.size(), late.id);
    track_of_id_[late.id] = static_cast<int>(audio_.size());
    audio_.push_back(std::move(track));
  }
}

void Program::bind_tracks() {
  const auto choice = choose_streams(demuxer_->format(), maps_);
  track_of_stream_.clear();
  if (has_video() && choice.video >= 0) track_of_stream_[choice.video] = -1;
  for (std::size_t i = 0; i < choice.audio.size() && i < audio_.size(); ++i) {
    track_of_stream_[choice.audio[i]] = static_cast<int>(i);
  }
  if ((has_video() && choice.video < 0) || choice.audio.size() != audio_.size()) {
    logger_.warn("{}: has other tracks than the first file; missing ones stay silent",
                 files_[file_].string());
  }
}

Rational Program::track_time_base(int track) const {
  return track < 0 ? video_.time_base : audio_[static_cast<std::size_t>(track)].time_base;
}

std::optional<Program::Held> Program::next() {
  auto packet = av::make_packet();
  for (;;) {
    if (!demuxer_->read(*packet)) {
      truncated_ |= demuxer_->truncated();
      if (joined_ || file_ + 1 >= files_.size()) return std::nullopt;
      bytes_before_ += demuxer_->size();
      open(file_ + 1);
      bind_tracks();
      const auto start = demuxer_->format().start_time;
      timeline_->open_file(start == AV_NOPTS_VALUE ? 0 : start, {1, AV_TIME_BASE});
      continue;
    }
    const auto* stream = demuxer_->format().streams[packet->stream_index];
    auto found = track_of_stream_.find(packet->stream_index);
    if (found == track_of_stream_.end() && joined_) {
      const auto by_id = track_of_id_.find(stream->id);
      if (by_id != track_of_id_.end()) {
        found = track_of_stream_.emplace(packet->stream_index, by_id->second).first;
      }
    }
    if (packet->pos >= 0) position_ = std::max(position_, bytes_before_ + packet->pos);
    if (found == track_of_stream_.end()) {
      av_packet_unref(packet.get());
      continue;
    }
    return Held{found->second, std::move(packet), av::from_av(stream->time_base)};
  }
}

RawTimes Program::raw_times(const Held& held) {
  return {held.track + 1, held.time_base, known(held.packet->pts), known(held.packet->dts),
          held.packet->duration};
}

void Program::collect_new_part() {
  std::vector<RawTimes> firsts;
  std::set<int> broken;
  std::int64_t bytes = 0;
  const auto tracks = audio_.size() + (has_video() ? 1 : 0);
  for (std::size_t i = 0; broken.size() < tracks && i < most_held && bytes < most_held_bytes; ++i) {
    if (i == held_.size()) {
      auto more = next();
      if (!more) break;
      held_.push_back(std::move(*more));
    }
    bytes += held_[i].packet->size;
    const auto times = raw_times(held_[i]);
    if (broken.contains(held_[i].track) || !timeline_->breaks(times)) continue;
    broken.insert(held_[i].track);
    firsts.push_back(times);
  }
  timeline_->open_part(firsts);
  logger_.debug("timestamps restart after {:.3f} s; mended", position_seconds_);
}

ProgramPacket Program::place(Held held) {
  const auto offset = timeline_->place(raw_times(held));
  auto& packet = *held.packet;
  shift(packet.pts, offset);
  shift(packet.dts, offset);
  const auto time_base = track_time_base(held.track);
  if (!(time_base == held.time_base)) {
    av_packet_rescale_ts(&packet, av::to_av(held.time_base), av::to_av(time_base));
  }
  const auto time = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
  if (time != AV_NOPTS_VALUE) {
    position_seconds_ = std::max(position_seconds_, static_cast<double>(time) * to_double(time_base));
  }
  return {held.track, std::move(held.packet)};
}

std::optional<ProgramPacket> Program::read() {
  if (!unread_.empty()) {
    auto packet = std::move(unread_.front());
    unread_.pop_front();
    return packet;
  }
  if (held_.empty()) {
    auto held = next();
    if (!held) return std::nullopt;
    held_.push_back(std::move(*held));
  }
  if (timeline_->breaks(raw_times(held_.front()))) collect_new_part();
  auto held = std::move(held_.front());
  held_.pop_front();
  return place(std::move(held));
}

void Program::unread(std::deque<ProgramPacket> packets) {
  std::ranges::move(packets, std::back_inserter(unread_));
}

std::optional<double> Program::fraction() const {
  const auto& format = demuxer_->format();
  if (files_.size() == 1 && duration_is_known(format)) {
    return std::clamp(position_seconds_ * AV_TIME_BASE / static_cast<double>(format.duration), 0.0, 1.0);
  }
  if (total_bytes_ > 0 && position_ > 0) {
    return std::clamp(static_cast<double>(position_) / static_cast<double>(total_bytes_), 0.0, 1.0);
  }
  return std::nullopt;
}

std::vector<ProgramChapter> Program::chapters() const {
  if (files_.size() > 1) return {};
  return describe_chapters(demuxer_->format());
}

std::map<std::string, std::string> Program::metadata() const {
  return describe_metadata(demuxer_->format().metadata);
}

}  // namespace mpienc::input
