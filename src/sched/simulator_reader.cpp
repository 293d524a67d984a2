#include "simulator_reader.hpp"

namespace mpienc::sched {

Reader::Reader(Agenda& agenda, const std::vector<SimulatedChunk>& chunks)
    : agenda_(agenda), chunks_(chunks) {}

void Reader::read() {
  if (made_count_ == chunks_.size()) return;
  agenda_.after(chunks_[made_count_].read_seconds, [this] {
    ++made_count_;
    held_ = true;
    if (!queued_) enqueue();
  });
}

void Reader::enqueue() {
  held_ = false;
  queued_ = true;
  read();
}

bool Reader::feed(Scheduler& scheduler) {
  if (!complete_ && planned_ == chunks_.size()) {
    complete_ = true;
    scheduler.plan_complete(agenda_.now());
    return true;
  }
  if (!queued_ || !scheduler.wants_chunk()) return false;
  queued_ = false;
  scheduler.chunk_planned(static_cast<int>(planned_), chunks_[planned_].work, agenda_.now());
  ++planned_;
  if (held_) enqueue();
  return true;
}

}  // namespace mpienc::sched
