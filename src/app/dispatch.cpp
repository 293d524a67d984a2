#include "mpienc/app/dispatch.hpp"

#include "mpienc/app/lane_messages.hpp"

namespace mpienc::app {

void Dispatch::assign(int chunk, int rank) {
  const auto found = payloads_.find(chunk);
  if (found == payloads_.end()) return;
  auto& payload = found->second;
  if (rank == 0) {
    lanes_->submit(chunk, payload, isolates(chunk));
    return;
  }
  if (const auto* task = std::get_if<std::shared_ptr<const encode::Task>>(&payload)) {
    payload = std::make_shared<const Bytes>(encode::serialise(**task));
  }
  const int attempt = isolates(chunk) ? 1 : 0;
  transport_.send(rank,
                  {net::Operation::task, chunk, attempt, std::get<std::shared_ptr<const Bytes>>(payload)});
}

bool Dispatch::passes_itself(int victim, int thief) const {
  return thief != 0 && transport_.direct(victim) && transport_.direct(thief);
}

std::optional<bool> Dispatch::steal(int chunk, int victim, int thief) {
  if (victim == 0) {
    const bool moved = lanes_->withdraw(chunk).has_value();
    if (moved) assign(chunk, thief);
    return moved;
  }
  steals_[{chunk, victim}] = thief;
  const StealOrder order{passes_itself(victim, thief) ? thief : 0};
  transport_.send(victim,
                  {net::Operation::steal, chunk, 0, std::make_shared<const Bytes>(order.serialise())});
  return std::nullopt;
}

std::optional<int> Dispatch::steal_answered(int chunk, int victim, bool moved) {
  const auto asked = steals_.extract({chunk, victim});
  if (asked.empty()) return std::nullopt;
  const int thief = asked.mapped();
  if (moved && !passes_itself(victim, thief)) assign(chunk, thief);
  return thief;
}

std::shared_ptr<const encode::Task> Dispatch::task(int chunk) const {
  const auto& payload = payloads_.at(chunk);
  if (const auto* task = std::get_if<std::shared_ptr<const encode::Task>>(&payload)) return *task;
  return std::make_shared<const encode::Task>(
      encode::parse_task(std::get<std::shared_ptr<const Bytes>>(payload)));
}

void Dispatch::drop(int chunk) {
  payloads_.erase(chunk);
  isolated_.erase(chunk);
}

void Dispatch::cancel(int chunk, int rank) {
  if (rank == 0) {
    lanes_->cancel(chunk);
  } else {
    transport_.send(rank, {net::Operation::cancel, chunk, 0, nullptr});
  }
}

}  // namespace mpienc::app
