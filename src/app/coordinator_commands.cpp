#include <variant>

#include "mpienc/app/coordinator.hpp"

namespace mpienc::app {

void Coordinator::carry_out_commands() {
  for (auto commands = scheduler_.take_commands(); !commands.empty(); commands = scheduler_.take_commands()) {
    for (const auto& command : commands) {
      std::visit([this](const auto& value) { carry_out(value); }, command);
    }
  }
}

void Coordinator::carry_out(const sched::Assign& command) {
  parts_.log.assigned(command.chunk, command.rank, command.copy, now());
  // What takes so long elsewhere may be a chunk that its rank has died of.
  if (command.copy) dispatch_.isolate(command.chunk);
  parts_.mishaps.suspects().assigned(command.chunk, command.rank, dispatch_.isolates(command.chunk));
  dispatch_.assign(command.chunk, command.rank);
}

void Coordinator::carry_out(const sched::Steal& command) {
  parts_.log.steal_asked(command.chunk, command.victim, command.thief, now());
  parts_.mishaps.suspects().assigned(command.chunk, command.thief, dispatch_.isolates(command.chunk));
  const auto moved = dispatch_.steal(command.chunk, command.victim, command.thief);
  if (!moved) return;
  parts_.log.steal_answered(command.chunk, command.victim, command.thief, *moved, now());
  scheduler_.steal_answered(command.chunk, command.victim, *moved, now());
}

void Coordinator::carry_out(const sched::Cancel& command) {
  parts_.log.cancelled(command.chunk, command.rank, now());
  parts_.mishaps.suspects().dropped(command.chunk, command.rank);
  dispatch_.cancel(command.chunk, command.rank);
}

void Coordinator::carry_out(const sched::Release& command) {
  if (parts_.sink.in_order()) parts_.sink.release(shelf_.take(command.chunk));
  parts_.log.released(command.chunk, now());
}

void Coordinator::carry_out(const sched::Finished&) { parts_.sink.finish(); }

}  // namespace mpienc::app
