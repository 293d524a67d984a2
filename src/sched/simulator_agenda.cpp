#include "simulator_agenda.hpp"

#include <algorithm>
#include <utility>

namespace mpienc::sched {

void Agenda::at(double time, Action action) {
  entries_.push_back({std::max(time, now_), order_++, std::move(action)});
  std::ranges::push_heap(entries_, later);
}

void Agenda::run_next() {
  std::ranges::pop_heap(entries_, later);
  const Entry entry = std::move(entries_.back());
  entries_.pop_back();
  now_ = entry.time;
  entry.action();
}

}  // namespace mpienc::sched
