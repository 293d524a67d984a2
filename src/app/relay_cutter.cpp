#include "mpienc/app/relay_cutter.hpp"

#include <algorithm>
#include <utility>

namespace mpienc::app {

namespace {

constexpr double shortest_chunk = 1.0;
constexpr double nominal_duration = 0.04;

MaybeTicks known(std::int64_t ticks) { return ticks == AV_NOPTS_VALUE ? MaybeTicks{} : MaybeTicks{ticks}; }

}  // namespace

RelayCutter::RelayCutter(input::CutChunk open, input::CutterSettings settings, Sink sink)
    : settings_(std::move(settings)),
      relay_({open.source, open.chunk.first_packet, open.own_leading, open.first}),
      held_(std::move(open)),
      sink_(std::move(sink)),
      clock_(held_.chunk.start_seconds) {
  open_.chunk.index = held_.chunk.index;
  open_.chunk.first_packet = held_.chunk.first_packet;
  open_.chunk.start_seconds = clock_;
  open_.time_base = held_.time_base;
}

void RelayCutter::close(bool last) {
  auto& chunk = open_.chunk;
  chunk.end_packet = chunk.first_packet + static_cast<std::int64_t>(open_.packets.size());
  chunk.end_seconds = clock_;
  open_.last = last;
  input::CutChunk next;
  next.chunk.index = chunk.index + 1;
  next.chunk.first_packet = chunk.end_packet;
  next.chunk.start_seconds = clock_;
  next.time_base = open_.time_base;
  sink_(std::exchange(open_, std::move(next)));
}

void RelayCutter::take(encode::FrameRelay::Relayed frame) {
  const double length = clock_ - open_.chunk.start_seconds;
  const bool reshaped = open_.source && open_.source != frame.parameters;
  const bool large = open_.chunk.bytes >= settings_.soft_bytes && length >= shortest_chunk;
  if (!open_.packets.empty() && (reshaped || large || length >= settings_.target(clock_, fraction_)))
    close(false);
  open_.source = frame.parameters;
  open_.chunk.bytes += frame.packet->size;
  open_.packets.push_back(std::move(frame.packet));
  open_.times.push_back(frame.time);
  const double duration = static_cast<double>(frame.time.duration) * to_double(open_.time_base);
  clock_ += duration > 0 ? duration : nominal_duration;
}

void RelayCutter::begin(std::optional<double> fraction) {
  fraction_ = fraction;
  for (std::size_t i = 0; i < held_.packets.size(); ++i) {
    relay_.push(*held_.packets[i], held_.times[i], [this](auto frame) { take(std::move(frame)); });
    held_.packets[i].reset();
  }
  held_ = {};
}

void RelayCutter::push(const AVPacket& packet, std::optional<double> fraction) {
  fraction_ = fraction;
  relay_.push(packet, {known(packet.pts), packet.duration}, [this](auto frame) { take(std::move(frame)); });
}

void RelayCutter::finish() {
  relay_.finish([this](auto frame) { take(std::move(frame)); });
  if (!open_.packets.empty()) close(true);
}

}  // namespace mpienc::app
