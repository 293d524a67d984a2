#include "speeds.hpp"

#include <algorithm>
#include <cmath>

namespace mpienc::sched {

namespace {
constexpr double kept_per_chunk = 0.85;
constexpr double clearly = 1.25;
}  // namespace

void Speeds::join(int rank, int lanes) { records_[rank].lanes = lanes; }

void Speeds::lose(int rank) {
  const auto it = records_.find(rank);
  if (it != records_.end()) {
    set_pace(rank, it->second, std::nullopt);
    records_.erase(it);
  }
}

std::vector<int> Speeds::observe(const plan::CostModel& model, int rank, const plan::Work& work,
                                 double seconds) {
  const auto it = records_.find(rank);
  if (it == records_.end() || it->second.lanes == 0 || !std::isfinite(seconds) || seconds <= 0) {
    return {};
  }
  Record& record = it->second;
  record.chunks = record.chunks * kept_per_chunk + 1;
  record.frames = record.frames * kept_per_chunk + static_cast<double>(work.frames);
  record.bytes = record.bytes * kept_per_chunk + static_cast<double>(work.bytes);
  record.seconds = record.seconds * kept_per_chunk + seconds;
  record.pixels = work.pixels;
  set_pace(rank, record, pace_of(model, record));
  if (++observed_ < next_review_) {
    return {rank};
  }
  // The first results change the model much: what was seen before is judged again, ever more seldom.
  next_review_ = observed_ + std::max(1, observed_ / 4);
  std::vector<int> changed;
  for (const auto& entry : paces_) changed.push_back(entry.second);
  for (const int known : changed) {
    Record& other = records_.at(known);
    set_pace(known, other, pace_of(model, other));
  }
  return changed;
}

std::optional<double> Speeds::pace(int rank) const {
  const auto it = records_.find(rank);
  return it == records_.end() ? std::nullopt : it->second.pace;
}

double Speeds::speed(int rank) const {
  const auto known = pace(rank);
  return known ? *known / mean_pace() : 1;
}

bool Speeds::differ() const {
  return !paces_.empty() && paces_.rbegin()->first > clearly * paces_.begin()->first;
}

void Speeds::set_pace(int rank, Record& record, std::optional<double> pace) {
  if (record.pace) {
    paces_.erase({*record.pace, rank});
    known_lanes_ -= record.lanes;
    pace_sum_ = known_lanes_ == 0 ? 0 : pace_sum_ - record.lanes * *record.pace;
  }
  record.pace = pace;
  if (pace) {
    paces_.emplace(*pace, rank);
    known_lanes_ += record.lanes;
    pace_sum_ += record.lanes * *pace;
  }
}

double Speeds::pace_of(const plan::CostModel& model, const Record& record) {
  const plan::Work mean{.frames = std::llround(record.frames / record.chunks),
                        .bytes = std::llround(record.bytes / record.chunks),
                        .pixels = record.pixels};
  return model.expected_seconds(mean) * record.chunks / record.seconds;
}

}  // namespace mpienc::sched
