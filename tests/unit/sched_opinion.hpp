#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "mpienc/sched/scheduler.hpp"

namespace mpienc::sched {

/// A naive second opinion on every command: it is told the same events and scans all ranks and chunks where
/// the scheduler must not. Work of chunks is bytes alone, so that more bytes are always a longer chunk.
class Opinion {
 public:
  struct Rank {
    int lanes = 0;
    std::vector<int> held;  ///< in the order in which they came
    std::set<int> started;
    std::map<int, std::pair<double, double>> times;  ///< of the started: begun, expected end
    std::map<int, double> sent;                      ///< of the held: when, to a free lane
    double delivery = 0, chunk_seconds = 0;          ///< learned
    [[nodiscard]] int count() const { return static_cast<int>(held.size()); }
    [[nodiscard]] int free() const { return std::max(0, lanes - count()); }
    [[nodiscard]] bool has(int chunk) const { return std::ranges::find(held, chunk) != held.end(); }
  };

  Opinion(Limits given_limits, Policy given_policy, bool given_equal_speeds)
      : limits(given_limits), policy(given_policy), equal_speeds(given_equal_speeds) {}

  void planned(std::int64_t size) {
    queued.insert(static_cast<int>(bytes.size()));
    bytes.push_back(size);
  }
  void lost(int rank) {
    const Rank was = ranks.extract(rank).mapped();
    unmeasured.erase(rank);
    measured.erase(rank);
    for (const int chunk : was.held) put_back(chunk);
    for (const auto& [chunk, victim] : std::map(passed)) {
      if (victim != rank) continue;
      to_cancel.emplace(chunk, holders(chunk).front());
      take(chunk, holders(chunk).front());
      put_back(chunk);
    }
  }
  void drained(int rank) {
    Rank& state = ranks[rank];
    state.lanes = 0;
    unmeasured.erase(rank);
    measured.erase(rank);
    for (const int chunk : std::vector(state.held)) {
      if (state.started.contains(chunk)) continue;
      take(chunk, rank);
      to_cancel.emplace(chunk, rank);
      put_back(chunk);
    }
  }
  void began(int chunk, int rank) {
    const auto it = ranks.find(rank);
    if (it == ranks.end() || !it->second.has(chunk) || !it->second.started.insert(chunk).second) return;
    asked.erase(chunk);
    passed.erase(chunk);
    it->second.times[chunk] = {now, now + cost(chunk)};
    if (const auto sent = it->second.sent.extract(chunk)) learn_delivery(it->second, now - sent.mapped());
  }
  void ticked() {
    just_ticked = true;
    for (auto& [rank, state] : ranks) {
      for (auto& [chunk, time] : state.times) {
        if (time.second <= now) time.second = now + (now - time.first) / 2;
      }
    }
  }
  void failed(int chunk, int rank) {
    answered(chunk, rank, false);
    const auto it = ranks.find(rank);
    if (it == ranks.end() || !it->second.has(chunk)) return;
    take(chunk, rank);
    failures.insert(chunk);
    put_back(chunk);
    const bool others =
        std::ranges::any_of(ranks, [rank](const auto& r) { return r.first != rank && r.second.lanes > 0; });
    if (queued.contains(chunk) && others) elsewhere = {chunk, rank};
  }
  void replaced(int chunk, int rank) {
    if (done.contains(chunk)) return;
    for (const int holder : holders(chunk)) {
      take(chunk, holder);
      if (holder != rank) to_cancel.emplace(chunk, holder);
    }
    asked.erase(chunk);
    passed.erase(chunk);
    queued.erase(chunk);
    returned.erase(chunk);
    done.insert(chunk);
  }
  /// Returns whether the result is to count.
  bool ended(int chunk, int rank) {
    if (!ranks.contains(rank) || done.contains(chunk)) return false;
    for (const int holder : holders(chunk)) {
      take(chunk, holder);
      if (holder != rank) to_cancel.emplace(chunk, holder);
    }
    asked.erase(chunk);
    passed.erase(chunk);
    queued.erase(chunk);
    returned.erase(chunk);
    unmeasured.erase(rank);
    measured.insert(rank);
    ranks[rank].delivery *= 0.95;
    double& mean = ranks[rank].chunk_seconds;
    const double seconds = static_cast<double>(bytes[static_cast<std::size_t>(chunk)]) / 100;
    mean = mean == 0 ? seconds : mean + (seconds - mean) / 4;
    if (!learned) expect_anew();
    done.insert(chunk);
    return true;
  }
  void answered(int chunk, int victim, bool moved) {
    const auto it = asked.find(chunk);
    if (it == asked.end() || it->second != victim) return;
    asked.erase(it);
    if (moved) return;
    passed.erase(chunk);
    take(chunk, holders(chunk).front());
    ranks[victim].held.push_back(chunk);
    ranks[victim].started.insert(chunk);
    ranks[victim].times[chunk] = {now, now + cost(chunk)};
  }

  /// Call after each event, before its commands.
  void event_is_over() {
    const bool lanes = std::ranges::any_of(ranks, [](const auto& rank) { return rank.second.lanes > 0; });
    shared = shared || (policy.strategy == Strategy::shares && lanes && unmeasured.empty());
  }
  void check(const Assign& assign);
  void check(const Steal& steal);
  void check(const Cancel& cancel);
  void check(const Release& release);
  void check(const Finished& finished);
  /// Ranks that are said not to be needed any more.
  void check_surplus(const std::vector<int>& surplus) const;
  /// All commands are carried out: compares what the scheduler tells of itself.
  void check_state(const Scheduler& scheduler) const;

  [[nodiscard]] std::vector<int> holders(int chunk) const {
    std::vector<int> found;
    for (const auto& [rank, state] : ranks) {
      if (state.has(chunk)) found.push_back(rank);
    }
    return found;
  }
  [[nodiscard]] int planned() const { return static_cast<int>(bytes.size()); }

  const Limits limits;
  const Policy policy;
  const bool equal_speeds;  ///< every lane takes what its chunk costs: then all that are measured get credits
  std::map<int, Rank> ranks;
  std::vector<std::int64_t> bytes;  ///< of each chunk
  std::set<int> queued, returned, done, stolen, failures;
  std::optional<std::pair<int, int>> elsewhere;  ///< chunk that failed, and the rank that is not to get it
  std::map<int, int> asked;                      ///< chunk -> victim that has not answered
  std::map<int, int> passed;                     ///< chunk -> victim, while the thief has not begun it
  std::set<int> unmeasured, measured;            ///< ranks
  std::set<std::pair<int, int>> to_cancel;
  int released = 0, finished_commands = 0, steals = 0, copies = 0;
  bool complete = false, shared = false, learned = false;
  double now = 0;
  bool just_ticked = false;  ///< else it may have been told nothing since a credit was due

 private:
  void put_back(int chunk) {
    asked.erase(chunk);
    passed.erase(chunk);
    if (!holders(chunk).empty()) return;
    queued.insert(chunk);
    returned.insert(chunk);
  }
  void take(int chunk, int rank) {
    std::erase(ranks[rank].held, chunk);
    ranks[rank].started.erase(chunk);
    ranks[rank].times.erase(chunk);
    ranks[rank].sent.erase(chunk);
  }
  static void learn_delivery(Rank& rank, double seconds) {
    const bool less = seconds < rank.delivery || rank.delivery == 0;
    rank.delivery = less ? seconds : rank.delivery + (seconds - rank.delivery) / 4;
  }
  /// In jobs of equal speeds the first result tells what all chunks cost.
  [[nodiscard]] double cost(int chunk) const {
    return learned ? static_cast<double>(bytes[static_cast<std::size_t>(chunk)]) / 100 : 0;
  }
  void expect_anew() {
    learned = true;
    for (auto& [rank, state] : ranks) {
      for (auto& [chunk, time] : state.times) {
        if (time.first + cost(chunk) > now) time.second = time.first + cost(chunk);
      }
    }
  }
  /// Seconds until a chunk begins that is given to the rank now; none where that depends on one not begun.
  [[nodiscard]] std::optional<double> wait(const Rank& rank) const;
  [[nodiscard]] double sent_ahead(int chunk, const Rank& rank) const {
    return policy.credit_seconds * std::min(1.0, cost(chunk) / 4) +
           std::min(20 * std::max(0.0, rank.delivery - 0.025), rank.chunk_seconds / 2);
  }
  [[nodiscard]] int oldest() const {
    int chunk = released;
    while (done.contains(chunk)) ++chunk;
    return chunk;
  }
  [[nodiscard]] bool window_full() const { return planned() - oldest() >= limits.window; }
  [[nodiscard]] int first_in_queue() const;
  [[nodiscard]] int most_free() const;
  void check_rank(const Assign& assign);

  int batch_rank_ = -1, batch_left_ = 0;
};

}  // namespace mpienc::sched
