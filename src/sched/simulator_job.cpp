#include "simulator_job.hpp"

#include <algorithm>
#include <variant>

#include "mpienc/core/error.hpp"

namespace mpienc::sched {
namespace {

constexpr int most_idle_ticks = 1000;

/// Four times a second as in real runs, but so rarely in long jobs that looking is not what takes the time.
double tick_seconds_of(const Simulation& simulation) {
  double work = 0, capacity = 0;
  for (const SimulatedChunk& chunk : simulation.chunks) work += chunk.encode_seconds;
  for (const SimulatedRank& rank : simulation.ranks) capacity += rank.lanes * rank.speed;
  return std::max(0.25, work / capacity / 2000);
}

}  // namespace

SimulatedJob::SimulatedJob(const Simulation& simulation, const std::vector<double>& rates)
    : simulation_(simulation),
      scheduler_(simulation.limits, simulation.policy),
      account_(simulation, rates),
      links_(agenda_, simulation.link, static_cast<int>(simulation.ranks.size())),
      reader_(agenda_, simulation.chunks),
      tick_seconds_(tick_seconds_of(simulation)) {
  lanes_.reserve(rates.size());
  for (int rank = 0; rank < static_cast<int>(rates.size()); ++rank) {
    lanes_.emplace_back(agenda_, account_, simulation.chunks, rank, rates[static_cast<std::size_t>(rank)],
                        Lanes::Events{[this, rank](int chunk) { started(chunk, rank); },
                                      [this](std::size_t run) { done(run); }});
  }
}

SimulatedRun SimulatedJob::run() {
  for (int rank = 0; rank < static_cast<int>(simulation_.ranks.size()); ++rank) {
    const SimulatedRank& joining = simulation_.ranks[static_cast<std::size_t>(rank)];
    scheduler_.rank_joined(rank, joining.lanes, 0);
    if (joining.lost_at) agenda_.at(*joining.lost_at, [this, rank] { lose(rank); });
  }
  reader_.begin();
  agenda_.after(tick_seconds_, [this] { tick(); });
  settle();
  while (!scheduler_.finished()) advance();
  SimulatedRun result = account_.result(agenda_.now());
  result.steals = steals_;
  result.copies = copies_;
  return result;
}

void SimulatedJob::advance() {
  account_.idle(agenda_.next() - agenda_.now(), scheduler_.idle_lanes());
  agenda_.run_next();
  settle();
}

void SimulatedJob::settle() {
  do {
    for (const Command& command : scheduler_.take_commands()) {
      std::visit([this](const auto& value) { carry_out(value); }, command);
    }
  } while (reader_.feed(scheduler_));
}

void SimulatedJob::tick() {
  idle_ticks_ = agenda_.empty() ? idle_ticks_ + 1 : 0;
  if (idle_ticks_ > most_idle_ticks) {
    throw Error(ExitStatus::internal, "the simulated job does not end: nothing happens any more in it");
  }
  scheduler_.tick(agenda_.now());
  agenda_.after(tick_seconds_, [this] { tick(); });
}

void SimulatedJob::lose(int rank) {
  lanes(rank).stop();
  account_.lose(rank, agenda_.now());
  links_.stop(rank);
  if (account_.living_lanes() == 0) {
    throw Error(ExitStatus::internal, "all lanes of the simulated cluster are lost before the job is done");
  }
  agenda_.after(simulation_.link.lease_seconds, [this, rank] { notice_loss(rank); });
}

void SimulatedJob::notice_loss(int rank) {
  noticed_.insert(rank);
  scheduler_.rank_lost(rank, agenda_.now());
}

void SimulatedJob::carry_out(const Assign& assign) {
  if (assign.copy) ++copies_;
  deliver(0, assign.rank, assign.chunk);
}

void SimulatedJob::carry_out(const Steal& steal) {
  message(steal.victim, [this, steal] { asked_to_pass_on(steal); });
}

void SimulatedJob::carry_out(const Cancel& cancel) {
  message(cancel.rank, [this, cancel, sent = sent_] {
    if (lanes(cancel.rank).cancel(cancel.chunk)) return;
    const auto found = on_its_way_.find({cancel.chunk, cancel.rank});
    if (found == on_its_way_.end()) return;
    // What rank 0 sent after the order comes after it, and is meant to be run.
    OnItsWay& coming = found->second;
    coming.cancelled = coming.cancelled || coming.from != 0 || coming.number <= sent;
  });
}

void SimulatedJob::deliver(int from, int to, int chunk) {
  if (from == to) {
    lanes(to).take(chunk);
    return;
  }
  const std::int64_t number = set_off(from, to, chunk).number;
  links_.send(from, to, this->chunk(chunk).task_bytes,
              {[this, to, chunk, number] { arrived(to, chunk, number); }, {}});
}

SimulatedJob::OnItsWay& SimulatedJob::set_off(int from, int to, int chunk) {
  return on_its_way_[{chunk, to}] = {.number = ++sent_, .from = from};
}

void SimulatedJob::arrived(int to, int chunk, std::int64_t number) {
  const auto found = on_its_way_.find({chunk, to});
  if (found == on_its_way_.end() || found->second.number != number) return;
  const auto orders = on_its_way_.extract(found);
  if (orders.mapped().cancelled) return;
  if (orders.mapped().thief) {
    pass_on({chunk, to, *orders.mapped().thief});
  } else {
    lanes(to).take(chunk);
  }
}

void SimulatedJob::asked_to_pass_on(const Steal& steal) {
  Lanes& victim = lanes(steal.victim);
  if (victim.stopped()) return;
  const auto coming = on_its_way_.find({steal.chunk, steal.victim});
  if (victim.withdraw(steal.chunk)) {
    pass_on(steal);
  } else if (coming != on_its_way_.end() && !coming->second.cancelled) {
    coming->second.thief = steal.thief;
  } else {
    answer(steal, false);
  }
}

void SimulatedJob::pass_on(const Steal& steal) {
  if (steal.thief == 0) {
    set_off(steal.victim, 0, steal.chunk);
  } else {
    deliver(steal.victim, steal.thief, steal.chunk);
  }
  answer(steal, true);
}

void SimulatedJob::answer(const Steal& steal, bool moved) {
  message(steal.victim, [this, steal, moved] {
    if (noticed_.contains(steal.victim)) return;
    if (moved) {
      ++steals_;
      const auto held = on_its_way_.find({steal.chunk, 0});
      if (steal.thief == 0 && held != on_its_way_.end()) arrived(0, steal.chunk, held->second.number);
    }
    scheduler_.steal_answered(steal.chunk, steal.victim, moved, agenda_.now());
  });
}

void SimulatedJob::started(int chunk, int rank) {
  message(rank, [this, chunk, rank] { scheduler_.chunk_started(chunk, rank, agenda_.now()); });
}

void SimulatedJob::done(std::size_t run) {
  const auto [chunk, rank] = std::pair{account_.run(run).chunk, account_.run(run).rank};
  const auto count = [this, run, chunk, rank] {
    const double seconds = account_.run(run).end - account_.run(run).begin;
    const bool counts = scheduler_.chunk_finished(chunk, rank, seconds, agenda_.now());
    account_.decide(run, counts ? Outcome::counted : Outcome::wasted);
  };
  if (rank == 0) {
    count();
  } else {
    links_.send(rank, 0, this->chunk(chunk).result_bytes, {count, {}});
  }
}

void SimulatedJob::message(int other_rank, Agenda::Action action) {
  if (other_rank == 0) {
    action();
  } else {
    agenda_.after(simulation_.link.latency_seconds, std::move(action));
  }
}

}  // namespace mpienc::sched
