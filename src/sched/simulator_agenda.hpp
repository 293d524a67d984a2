#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace mpienc::sched {

/// What happens when, in virtual time; what happens at one time does so in the order in which it was put in.
class Agenda {
 public:
  using Action = std::function<void()>;

  void after(double seconds, Action action) { at(now_ + seconds, std::move(action)); }
  /// A time that is past means now.
  void at(double time, Action action);

  [[nodiscard]] double now() const { return now_; }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// The time of what comes next; there must be something.
  [[nodiscard]] double next() const { return entries_.front().time; }
  void run_next();

 private:
  struct Entry {
    double time;
    std::int64_t order;
    Action action;
    [[nodiscard]] bool later_than(const Entry& other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };
  static bool later(const Entry& a, const Entry& b) { return a.later_than(b); }

  std::vector<Entry> entries_;  ///< a heap, the earliest in front
  std::int64_t order_ = 0;
  double now_ = 0;
};

}  // namespace mpienc::sched
