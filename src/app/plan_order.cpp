#include "mpienc/app/plan_order.hpp"

#include <memory>
#include <utility>

namespace mpienc::app {

namespace {

void set_index(encode::Task& task, int index) {
  if (auto* video = std::get_if<encode::VideoTask>(&task)) video->chunk.index = index;
  if (auto* mp3 = std::get_if<encode::Mp3PcmTask>(&task)) mp3->task.index = index;
}

}  // namespace

bool PlanOrder::wait_for_turn(std::unique_lock<std::mutex>& lock, int track) {
  taken_.wait(lock, [&] { return abandoned_ || !tracks_.contains(track); });
  if (!abandoned_) tracks_.insert(track);
  return !abandoned_;
}

void PlanOrder::put(CutChunk chunk) {
  {
    std::unique_lock lock(mutex_);
    if (!wait_for_turn(lock, chunk.plan.track)) return;
    entries_.emplace_back().chunk = std::move(chunk);
  }
  wake_();
}

PlanOrder::Place PlanOrder::open() {
  const std::lock_guard lock(mutex_);
  auto& place = entries_.emplace_back();
  place.open = true;
  ++open_;
  return &place;
}

void PlanOrder::add(Place place, CutChunk chunk) {
  {
    std::unique_lock lock(mutex_);
    if (!wait_for_turn(lock, chunk.plan.track)) return;
    place->chunk = std::move(chunk);
  }
  wake_();
}

void PlanOrder::close(Place place) {
  {
    const std::lock_guard lock(mutex_);
    place->open = false;
    --open_;
  }
  wake_();
}

std::optional<CutChunk> PlanOrder::take() {
  const std::lock_guard lock(mutex_);
  while (!entries_.empty()) {
    auto& front = entries_.front();
    auto chunk = std::exchange(front.chunk, std::nullopt);
    if (!chunk && front.open) return std::nullopt;
    if (!front.open) entries_.pop_front();
    if (!chunk) continue;
    tracks_.erase(chunk->plan.track);
    return chunk;
  }
  return std::nullopt;
}

std::optional<PlannedChunk> PlanOrder::try_take() {
  auto chunk = take();
  if (!chunk) return std::nullopt;
  taken_.notify_all();
  chunk->plan.chunk.index = next_index_;
  set_index(chunk->task, next_index_);
  ++next_index_;
  chunk->plan.task = std::make_shared<const encode::Task>(std::move(chunk->task));
  return std::move(chunk->plan);
}

bool PlanOrder::settled() const {
  const std::lock_guard lock(mutex_);
  return open_ == 0;
}

void PlanOrder::abandon() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  taken_.notify_all();
}

}  // namespace mpienc::app
