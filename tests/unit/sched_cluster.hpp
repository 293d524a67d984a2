#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "mpienc/sched/scheduler.hpp"

namespace mpienc::sched {

struct ClusterRank {
  int lanes = 1;
  double speed = 1;
};

struct ClusterJob {
  std::vector<double> seconds;  ///< of each chunk on a lane of speed 1
  std::vector<double> guessed;  ///< what the work of each chunk looks like; empty: the seconds
  std::vector<ClusterRank> ranks;
};

/// Plays a job in virtual time: messages take no time, ranks begin what they hold in the order it came.
class Cluster {
 public:
  Cluster(const ClusterJob& job, Policy policy)
      : job_(job),
        ranks_(job.ranks.size()),
        scheduler_({.window = static_cast<int>(job.seconds.size()) + 1,
                    .unfinished = static_cast<int>(job.seconds.size()) + 1},
                   policy) {}

  double makespan() {
    for (std::size_t rank = 0; rank < ranks_.size(); ++rank) {
      scheduler_.rank_joined(static_cast<int>(rank), job_.ranks[rank].lanes, 0);
    }
    const auto& looks = job_.guessed.empty() ? job_.seconds : job_.guessed;
    for (const double seconds : looks) {
      scheduler_.chunk_planned(scheduler_.planned(), {.bytes = static_cast<std::int64_t>(seconds * 25e6) + 1},
                               0);
    }
    scheduler_.plan_complete(0);
    carry_out();
    for (double next_tick = 1; !scheduler_.finished() && !ends_.empty();) {
      if (std::get<0>(*ends_.begin()) > next_tick) {
        now_ = next_tick++;
        scheduler_.tick(now_);
      } else {
        const auto [time, chunk, rank] = *ends_.begin();
        now_ = time;
        const double seconds = time - stop(chunk, rank);
        begin_waiting(rank);
        scheduler_.chunk_finished(chunk, rank, seconds, now_);
      }
      carry_out();
    }
    EXPECT_TRUE(scheduler_.finished());
    return now_;
  }

  int steals = 0, copies = 0;

 private:
  struct Rank {
    std::deque<int> waiting;
    std::set<std::tuple<int, double, double>> running;  ///< chunk, begun, end
  };

  /// Returns when it began.
  double stop(int chunk, int rank) {
    auto& running = ranks_[static_cast<std::size_t>(rank)].running;
    const auto it = running.lower_bound({chunk, 0, 0});
    const auto [unused, begun, end] = *it;
    ends_.erase({end, chunk, rank});
    running.erase(it);
    return begun;
  }

  bool take_waiting(int chunk, int rank) {
    return std::erase(ranks_[static_cast<std::size_t>(rank)].waiting, chunk) > 0;
  }

  void begin_waiting(int rank) {
    const auto index = static_cast<std::size_t>(rank);
    auto& [waiting, running] = ranks_[index];
    const auto& [lanes, speed] = job_.ranks[index];
    for (; static_cast<int>(running.size()) < lanes && !waiting.empty(); waiting.pop_front()) {
      const int chunk = waiting.front();
      const double end = now_ + job_.seconds[static_cast<std::size_t>(chunk)] / speed;
      running.emplace(chunk, now_, end);
      ends_.emplace(end, chunk, rank);
      scheduler_.chunk_started(chunk, rank, now_);
    }
  }

  void receive(int chunk, int rank) {
    ranks_[static_cast<std::size_t>(rank)].waiting.push_back(chunk);
    begin_waiting(rank);
  }

  void obey(const Assign& assign) {
    copies += assign.copy;
    receive(assign.chunk, assign.rank);
  }
  void obey(const Steal& steal) {
    ++steals;
    const bool moved = take_waiting(steal.chunk, steal.victim);
    scheduler_.steal_answered(steal.chunk, steal.victim, moved, now_);
    if (moved) receive(steal.chunk, steal.thief);
  }
  void obey(const Cancel& cancel) {
    if (!take_waiting(cancel.chunk, cancel.rank)) stop(cancel.chunk, cancel.rank);
    begin_waiting(cancel.rank);
  }
  void obey(const Release&) {}
  void obey(const Finished&) {}

  void carry_out() {
    for (auto commands = scheduler_.take_commands(); !commands.empty();
         commands = scheduler_.take_commands()) {
      for (const Command& command : commands) {
        std::visit([this](const auto& value) { obey(value); }, command);
      }
    }
  }

  const ClusterJob& job_;
  std::vector<Rank> ranks_;
  Scheduler scheduler_;
  std::set<std::tuple<double, int, int>> ends_;  ///< time, chunk, rank
  double now_ = 0;
};

}  // namespace mpienc::sched
