#include "mpienc/encode/copied_chunk.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <span>

#include "mpienc/av/error.hpp"

extern "C" {
#include <libavcodec/bsf.h>
}

namespace mpienc::encode {

namespace {

constexpr int idr_unit = 5, sequence_unit = 7;

struct FreeFilter {
  void operator()(AVBSFContext* filter) const { av_bsf_free(&filter); }
};
using Filter = std::unique_ptr<AVBSFContext, FreeFilter>;

/// Turns length prefixes into start codes, and leaves what has those already.
Filter open_filter(const AVCodecParameters& source) {
  AVBSFContext* raw = nullptr;
  const auto* kind = av_bsf_get_by_name("h264_mp4toannexb");
  if (kind == nullptr || av_bsf_alloc(kind, &raw) < 0) throw Error(ExitStatus::internal, "out of memory");
  Filter filter(raw);
  av::check(avcodec_parameters_copy(filter->par_in, &source), ExitStatus::internal, "copying a chunk");
  av::check(av_bsf_init(filter.get()), ExitStatus::codec, "copying a chunk");
  return filter;
}

bool has_unit(std::span<const std::byte> data, int type) {
  for (std::size_t i = 0; i + 3 < data.size(); ++i) {
    if (data[i] != std::byte{0} || data[i + 1] != std::byte{0} || data[i + 2] != std::byte{1}) continue;
    if (std::to_integer<int>(data[i + 3] & std::byte{0x1f}) == type) return true;
  }
  return false;
}

Bytes bytes_of(const std::uint8_t* data, int size) {
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  return {begin, begin + size};
}

std::string unfit(const VideoTask& task, const VideoSettings& settings) {
  const auto count = static_cast<std::size_t>(task.chunk.packets());
  const auto& source = *task.source;
  if (source.codec_id != AV_CODEC_ID_H264) return "it is not H.264";
  if (source.width != settings.width || source.height != settings.height ||
      source.format != settings.pixel_format || !settings.filters.empty()) {
    return "its pictures have another size or format than the output's";
  }
  if (task.own_leading > 0 || task.packets.size() > count + (task.last ? 0 : 1)) {
    return "pictures at its edge refer to others beyond it";
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto& packet = *task.packets[i];
    if (!task.times[i].pts) return "not every packet of it is a whole picture with a time";
    if ((packet.flags & (AV_PKT_FLAG_DISCARD | AV_PKT_FLAG_CORRUPT)) != 0)
      return "parts of it are damaged or hidden";
    if (i > 0 && av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, nullptr) != nullptr) {
      return "its parameter sets change";
    }
  }
  return {};
}

/// Indices of the packets by presentation time; empty where two have the same.
std::vector<std::size_t> display_order(const VideoTask& task) {
  std::vector<std::size_t> order(static_cast<std::size_t>(task.chunk.packets()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto time = [&](std::size_t i) { return *task.times[i].pts; };
  std::ranges::sort(order, {}, time);
  if (std::ranges::adjacent_find(order, {}, time) != order.end()) return {};
  return order;
}

Bytes filtered(AVBSFContext& filter, const AVPacket& packet) {
  auto copy = av::clone(packet);
  av::check(av_bsf_send_packet(&filter, copy.get()), ExitStatus::codec, "copying a chunk");
  av::check(av_bsf_receive_packet(&filter, copy.get()), ExitStatus::codec, "copying a chunk");
  return bytes_of(copy->data, copy->size);
}

}  // namespace

CopiedChunk copy_chunk(const VideoTask& task, const VideoSettings& settings, int reorder_depth) try {
  if (auto why = unfit(task, settings); !why.empty()) return {std::nullopt, std::move(why)};
  const auto order = display_order(task);
  if (order.empty() || order.front() != 0) return {std::nullopt, "the times of its pictures do not rise"};
  const auto filter = open_filter(*task.source);
  EncodedChunk chunk;
  chunk.index = task.chunk.index;
  chunk.reorder_depth = reorder_depth;
  std::vector<std::int32_t> places(order.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    places[order[place]] = static_cast<std::int32_t>(place);
    chunk.frames.push_back({task.chunk.first_packet + static_cast<std::int64_t>(order[place]), 0});
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (static_cast<int>(i) - places[i] > reorder_depth) {
      return {std::nullopt, "its pictures are reordered more than the encoder's"};
    }
    const bool key = (task.packets[i]->flags & AV_PKT_FLAG_KEY) != 0;
    chunk.packets.push_back({places[i], key, filtered(*filter, *task.packets[i])});
  }
  auto& first = chunk.packets.front().data;
  if (!has_unit(first, idr_unit)) return {std::nullopt, "it does not begin with an IDR picture"};
  if (!has_unit(first, sequence_unit)) {
    auto sets = bytes_of(filter->par_out->extradata, filter->par_out->extradata_size);
    if (!has_unit(sets, sequence_unit)) return {std::nullopt, "it has no parameter sets"};
    first.insert(first.begin(), sets.begin(), sets.end());
  }
  return {std::move(chunk), {}};
} catch (const Error& error) {
  return {std::nullopt, error.what()};
}

std::vector<PacketTime> owned_times(const VideoTask& task) {
  const auto count = std::min(task.times.size(), static_cast<std::size_t>(task.chunk.packets()));
  const auto leading = static_cast<std::size_t>(task.own_leading);
  std::vector<PacketTime> owned;
  for (std::size_t i = 0; i < task.times.size(); ++i) {
    if ((i > 0 && i <= leading) || i == count) continue;
    // Of a pair of fields in H.264 the second packet has no time.
    const bool second = task.source->codec_id == AV_CODEC_ID_H264 && i > 0 && !task.times[i].pts;
    if (!second) owned.push_back(task.times[i]);
  }
  return owned;
}

}  // namespace mpienc::encode
