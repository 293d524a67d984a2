#include "mpienc/input/timeline.hpp"

#include <algorithm>
#include <cstdlib>

namespace mpienc::input {

namespace {

constexpr Rational microsecond{1, 1'000'000};
constexpr std::int64_t jump_ahead = 10'000'000;
constexpr std::int64_t jump_back = 100'000;

MaybeTicks decode_time(const RawTimes& times) { return times.dts ? times.dts : times.pts; }

std::int64_t to_microseconds(Ticks ticks, const RawTimes& times) {
  return rescale(ticks, times.time_base, microsecond);
}

}  // namespace

Timeline::Timeline(int streams, bool may_jump, int wrap_bits)
    : states_(static_cast<std::size_t>(streams)), may_jump_(may_jump), wrap_bits_(wrap_bits) {}

bool Timeline::continues(const StreamState& state, std::int64_t mended) const {
  if (!state.expected) return true;
  return mended - std::max(*state.expected, horizon_) <= jump_ahead && *state.expected - mended <= jump_back;
}

std::optional<std::int64_t> Timeline::unwrapped(const StreamState& state, const RawTimes& times) const {
  if (wrap_bits_ <= 0 || wrap_bits_ >= 63) return std::nullopt;
  const auto period = to_microseconds(Ticks{1} << wrap_bits_, times);
  const auto time = to_microseconds(*decode_time(times), times);
  for (const auto offset : {state.offset + period, state.offset - period}) {
    if (continues(state, time + offset)) return offset;
  }
  return std::nullopt;
}

bool Timeline::breaks(const RawTimes& times) const {
  if (!may_jump_ || !decode_time(times)) return false;
  const auto& state = states_.at(static_cast<std::size_t>(times.stream));
  const auto time = to_microseconds(*decode_time(times), times);
  return !continues(state, time + state.offset) && !continues(state, time + newest_) &&
         !unwrapped(state, times);
}

void Timeline::open_part(const std::vector<RawTimes>& firsts) {
  std::optional<std::int64_t> offset;
  for (const auto& first : firsts) {
    const auto time = decode_time(first);
    const auto& state = states_.at(static_cast<std::size_t>(first.stream));
    if (!time || !state.expected) continue;
    const auto needed = *state.expected - to_microseconds(*time, first);
    offset = std::max(offset.value_or(needed), needed);
  }
  if (!offset) return;
  newest_ = *offset;
  ++mends_;
}

Ticks Timeline::place(const RawTimes& times) {
  auto& state = states_.at(static_cast<std::size_t>(times.stream));
  const auto time = decode_time(times);
  if (!state.expected) state.offset = newest_;
  if (time && may_jump_ && state.offset != newest_ &&
      continues(state, to_microseconds(*time, times) + newest_)) {
    const auto raw = to_microseconds(*time, times);
    const auto distance = [&](std::int64_t offset) { return std::abs(raw + offset - horizon_); };
    if (!continues(state, raw + state.offset) || distance(newest_) < distance(state.offset))
      state.offset = newest_;
  }
  if (time && may_jump_ && !continues(state, to_microseconds(*time, times) + state.offset)) {
    if (const auto offset = unwrapped(state, times)) {
      state.offset = newest_ = *offset;
      ++mends_;
    }
  }
  if (time) {
    const auto duration = to_microseconds(times.duration, times);
    state.expected = to_microseconds(*time, times) + state.offset + duration;
    horizon_ = std::max(horizon_, *state.expected);
    const auto shown = to_microseconds(times.pts.value_or(*time), times) + state.offset + duration;
    state.end = std::max(state.end, shown);
  }
  return rescale(state.offset, microsecond, times.time_base);
}

void Timeline::open_file(Ticks start, Rational time_base) {
  std::int64_t end = 0;
  for (const auto& state : states_) end = std::max(end, state.end);
  horizon_ = end;
  newest_ = end - rescale(start, time_base, microsecond);
  for (auto& state : states_) {
    state.offset = newest_;
    state.expected.reset();
  }
}

}  // namespace mpienc::input
