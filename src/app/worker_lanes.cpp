#include "worker_lanes.hpp"

#include <memory>
#include <utility>

#include "mpienc/app/handshake.hpp"
#include "mpienc/app/lane_messages.hpp"

namespace mpienc::app {

using net::Operation;

void WorkerLanes::open(int lanes, encode::Settings settings) {
  pool_.emplace(lanes, std::move(settings), [this] { wakeup_.notify(); });
  for (const auto& message : std::exchange(early_, {})) take(message);
}

void WorkerLanes::take(const net::Message& task) {
  if (!pool_) {
    early_.push_back(task);
    return;
  }
  attempts_[task.chunk] = task.attempt;
  pool_->submit(task.chunk, task.payload, task.attempt > 0);
}

void WorkerLanes::give(const net::Message& order) {
  const auto thief = StealOrder::parse(order.bytes()).thief;
  const auto payload = pool_ ? pool_->withdraw(order.chunk) : std::nullopt;
  if (payload) {
    const auto attempt = take_attempt(order.chunk);
    if (thief != 0) {
      transport_.send(
          thief, {Operation::task, order.chunk, attempt, std::get<std::shared_ptr<const Bytes>>(*payload)});
    }
  }
  transport_.send(0, {payload ? Operation::moved : Operation::kept, order.chunk, order.attempt, nullptr});
}

void WorkerLanes::cancel(int chunk) {
  if (pool_) pool_->cancel(chunk);
  attempts_.erase(chunk);
}

bool WorkerLanes::send_event() {
  auto event = pool_ ? pool_->try_event() : std::nullopt;
  if (!event) return false;
  if (const auto* begun = std::get_if<LaneStarted>(&*event)) {
    send(Operation::started, begun->chunk, attempts_[begun->chunk],
         StartedReport{begun->lane, begun->queued_seconds}.serialise());
  } else {
    send_result(std::get<LaneResult>(*event));
  }
  return true;
}

void WorkerLanes::stop() {
  if (pool_) pool_->stop();
}

int WorkerLanes::take_attempt(int chunk) {
  const auto taken = attempts_.extract(chunk);
  return taken.empty() ? 0 : taken.mapped();
}

void WorkerLanes::send(Operation operation, int chunk, int attempt, Bytes payload) {
  transport_.send(0, {operation, chunk, attempt, std::make_shared<const Bytes>(std::move(payload))});
}

void WorkerLanes::send_result(const LaneResult& result) {
  const auto attempt = take_attempt(result.chunk);
  if (const auto* encoded = std::get_if<ChunkResult>(&result.outcome)) {
    send(Operation::result, result.chunk, attempt, encoded->serialise());
  } else {
    const auto& failure = std::get<LaneFailure>(result.outcome);
    send(Operation::failed, result.chunk, attempt, Failure{failure.status, failure.line}.serialise());
  }
}

}  // namespace mpienc::app
