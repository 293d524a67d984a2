#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "mpienc/app/lane_pool.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::app {

/// The chunks that a rank other than 0 holds: what it is sent goes to its lanes, what becomes of it to rank
/// 0, what is stolen to its thief.
class WorkerLanes {
 public:
  /// Both outlive it; `wakeup` is notified of events.
  WorkerLanes(net::Transport& transport, net::Wakeup& wakeup) : transport_(transport), wakeup_(wakeup) {}

  /// Chunks that came before begin now.
  void open(int lanes, encode::Settings settings);
  [[nodiscard]] bool is_open() const { return pool_.has_value(); }

  void take(const net::Message& task);
  /// Sends the chunk to the thief that the order names, and tells rank 0 whether it could.
  void give(const net::Message& order);
  void cancel(int chunk);
  /// Whether there was one for rank 0.
  bool send_event();

  /// Encoded so far, of chunks that count.
  [[nodiscard]] std::int64_t frames() const { return pool_ ? pool_->frames() : 0; }
  /// Whether every lane encodes.
  [[nodiscard]] bool full() const { return pool_ && pool_->full(); }
  [[nodiscard]] bool writes_files() const { return pool_ && pool_->writes_files(); }
  /// Nothing begins any more.
  void stop();
  /// Waits for the lanes.
  void close() { pool_.reset(); }

 private:
  int take_attempt(int chunk);
  void send(net::Operation operation, int chunk, int attempt, Bytes payload);
  void send_result(const LaneResult& result);

  net::Transport& transport_;
  net::Wakeup& wakeup_;
  std::optional<LanePool> pool_;
  std::map<int, int> attempts_;      ///< by chunk that the lanes have
  std::vector<net::Message> early_;  ///< stolen for this rank before its settings came
};

}  // namespace mpienc::app
