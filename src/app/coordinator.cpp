#include "mpienc/app/coordinator.hpp"

#include <algorithm>
#include <utility>

#include "mpienc/app/job_identity.hpp"
#include "mpienc/app/lane_messages.hpp"

namespace mpienc::app {

namespace {

constexpr std::int64_t most_backlog = std::int64_t{64} << 20;
constexpr double tick_interval = 0.25;
constexpr auto progress_interval = std::chrono::milliseconds(250);
constexpr const char* interruption = "interrupted; nothing was written under the output's name";

}  // namespace

Coordinator::Coordinator(const CoordinatorParts& parts)
    : parts_(parts),
      journal_(parts.journal, [](store::Journal*) {}),
      scheduler_(parts.limits, parts.policy),
      feed_(parts.transport, parts.log, parts.logger, parts.team.lanes.front()),
      dispatch_(parts.transport, parts.lanes, parts.isolate),
      shelf_([&wakeup = parts.wakeup] { wakeup.notify(); }),
      journal_warning_(shelf_, parts.log, parts.logger),
      attendance_(parts.transport, parts.team, parts.lost, parts.logger),
      newcomers_(parts.transport, parts.admission, parts.team, parts.lost, attendance_, parts.log,
                 parts.logger),
      leavers_({parts.transport, scheduler_, parts.team, parts.lost, attendance_, parts.mishaps.suspects(),
                parts.digest, parts.log, parts.logger},
               parts.leave) {
  for (std::size_t rank = 0; rank < parts_.team.lanes.size(); ++rank) {
    scheduler_.rank_joined(static_cast<int>(rank), parts_.team.lanes[rank], 0);
  }
}

void Coordinator::run() {
  net::Backoff backoff;
  for (;;) {
    bool active = take_messages();
    active |= take_lane_events();
    active |= take_chunk();
    if (parts_.digest != nullptr) active |= parts_.digest->look();
    if (now() >= next_tick_) {
      next_tick_ = now() + tick_interval;
      scheduler_.tick(now());
    }
    carry_out_commands();
    shelf_.take_stored();
    journal_warning_.look(now());
    if (parts_.lanes != nullptr) feed_.look(scheduler_, attendance_.all_talk(), now());
    check_threads();
    check_ranks();
    show_progress();
    if (all_done()) break;
    if (active) {
      backoff.reset();
      continue;
    }
    auto wait = net::next_wait(parts_.transport, backoff);
    if (!wait) wait = progress_interval;
    parts_.wakeup.wait_for(wait);
  }
  check_threads();
  parts_.transport.close_door();
}

std::int64_t Coordinator::commit() {
  committed_ = std::async(std::launch::async, [this] {
    return parts_.sink.commit([this] {
      if (!parts_.signal.finish()) throw Error(ExitStatus::interrupted, interruption);
    });
  });
  try {
    while (committed_.wait_for(progress_interval) != std::future_status::ready) {
      while (const auto incoming = parts_.transport.receive()) {
        attendance_.heard(incoming->from);
        static_cast<void>(leavers_.take(*incoming));
      }
      leavers_.settle(now());
      static_cast<void>(attendance_.look());
      if (parts_.signal.received()) break;
    }
  } catch (const Error& error) {
    parts_.logger.warn(error.what());
  }
  leavers_.finish();
  if (parts_.signal.received()) throw Error(ExitStatus::interrupted, interruption);
  const auto bytes = committed_.get();
  shelf_.abandon();
  return bytes;
}

bool Coordinator::all_done() const {
  return parts_.sink.rest_ended() && parts_.reader.done() &&
         (parts_.lanes == nullptr || scheduler_.finished()) &&
         (parts_.digest == nullptr || parts_.digest->idle());
}

bool Coordinator::take_messages() {
  bool any = false;
  while (const auto incoming = parts_.transport.receive()) {
    any = true;
    attendance_.heard(incoming->from);
    take_message(*incoming);
  }
  return any;
}

void Coordinator::take_message(const net::Incoming& incoming) {
  const auto& [from, message] = incoming;
  if (take_from_member(incoming)) return;
  if (message.operation == net::Operation::digest) {
    if (parts_.digest != nullptr && !parts_.digest->take(from, message)) attendance_.damaged(from);
    return;
  }
  if (message.damaged) {
    const bool ended =
        message.operation == net::Operation::result || message.operation == net::Operation::failed;
    repeat(ended ? message.chunk : -1, from);
    return;
  }
  switch (message.operation) {
    case net::Operation::started: {
      const auto report = StartedReport::parse(*message.payload);
      started({message.chunk, report.lane, report.queued_seconds}, from);
      break;
    }
    case net::Operation::result: finished(ChunkResult::parse(*message.payload), from); break;
    case net::Operation::damaged: repeat(message.chunk, from); break;
    case net::Operation::moved: steal_answered(message.chunk, from, true); break;
    case net::Operation::kept: steal_answered(message.chunk, from, false); break;
    case net::Operation::failed: failed(message.chunk, from, Failure::parse(*message.payload)); break;
    case net::Operation::heartbeat:
      meter_.heard(from, ByteReader(*message.payload).get<std::int64_t>());
      break;
    default: break;
  }
}

bool Coordinator::take_lane_events() {
  bool any = false;
  while (parts_.lanes != nullptr) {
    auto event = parts_.lanes->try_event();
    if (!event) break;
    any = true;
    if (const auto* begun = std::get_if<LaneStarted>(&*event)) {
      started(*begun, 0);
      continue;
    }
    auto& result = std::get<LaneResult>(*event);
    if (auto* encoded = std::get_if<ChunkResult>(&result.outcome)) {
      finished(std::move(*encoded), 0);
    } else {
      const auto& failure = std::get<LaneFailure>(result.outcome);
      failed(result.chunk, 0, {failure.status, failure.line});
    }
  }
  return any;
}

bool Coordinator::take_chunk() {
  if (parts_.lanes == nullptr || plan_complete_) return false;
  if (!scheduler_.wants_chunk() || parts_.sink.backlog() >= most_backlog || shelf_.backlog() >= most_backlog)
    return false;
  const bool reader_done = parts_.reader.done();
  auto read = parts_.reader.try_chunk();
  if (!read) {
    if (reader_done) {
      plan_complete_ = true;
      scheduler_.plan_complete(now());
    }
    return reader_done;
  }
  parts_.log.planned(*read, now());
  const int chunk = read->chunk.index;
  shelf_.expect(chunk, journal_place(*read));
  parts_.sink.planned(*read);
  if (parts_.digest != nullptr) parts_.digest->planned(chunk, *read->task);
  if (const auto result = shelf_.restore(chunk)) {
    parts_.log.restored(*result, now());
    if (parts_.digest != nullptr) parts_.digest->encoded(chunk, std::nullopt);
    if (!parts_.sink.in_order()) parts_.sink.release(shelf_.take(chunk));
    scheduler_.chunk_restored(chunk, read->work, now());
  } else {
    dispatch_.add(chunk, std::move(read->task));
    if (read->isolate) dispatch_.isolate(chunk);
    scheduler_.chunk_planned(chunk, read->work, now());
  }
  return true;
}

JournalPlace Coordinator::journal_place(const PlannedChunk& planned) const {
  if (!journal_) return planned.journal;
  return {journal_, planned.chunk.index, task_checksum(*planned.task, parts_.settings)};
}

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

void Coordinator::started(const LaneStarted& started, int rank) {
  parts_.log.started(started.chunk, rank, started.lane, started.queued_seconds, now());
  if (dispatch_.awaits(started.chunk)) parts_.mishaps.suspects().started(started.chunk, rank);
  scheduler_.chunk_started(started.chunk, rank, now());
}

void Coordinator::finished(ChunkResult result, int rank) {
  const int chunk = result.index;
  if (!scheduler_.chunk_finished(chunk, rank, result.wall_seconds, now())) return;
  parts_.log.finished(result, rank, now());
  if (parts_.digest != nullptr) parts_.digest->encoded(chunk, rank);
  dispatch_.drop(chunk);
  parts_.mishaps.suspects().finished(chunk);
  shelf_.keep(std::move(result));
  if (!parts_.sink.in_order()) parts_.sink.release(shelf_.take(chunk));
}

void Coordinator::steal_answered(int chunk, int victim, bool moved) {
  const auto thief = dispatch_.steal_answered(chunk, victim, moved);
  if (!thief) return;
  parts_.log.steal_answered(chunk, victim, *thief, moved, now());
  scheduler_.steal_answered(chunk, victim, moved, now());
}

/// What was damaged was the chunk's task or its result; either way the rank encodes it again.
void Coordinator::repeat(int chunk, int rank) {
  attendance_.damaged(rank);
  dispatch_.assign(chunk, rank);
}

void Coordinator::failed(int chunk, int rank, const Failure& failure) {
  if (sent_away(chunk, rank, failure)) return;
  if (chunk >= 0 && !dispatch_.awaits(chunk)) return;
  if (chunk < 0) parts_.mishaps.fatal(chunk, rank, failure);
  if (failure.status != ExitStatus::codec) {
    auto replacement = parts_.sink.replace_failed(*dispatch_.task(chunk), failure);
    if (!replacement) parts_.mishaps.fatal(chunk, rank, failure);
    parts_.log.failed(chunk, rank, now());
    return put(chunk, rank, std::move(*replacement));
  }
  parts_.log.failed(chunk, rank, now());
  if (parts_.mishaps.failed(chunk, rank, failure.line)) return replace(chunk, rank);
  dispatch_.isolate(chunk);
  scheduler_.chunk_failed(chunk, rank, now());
}

void Coordinator::replace(int chunk, int rank) {
  auto replacement = parts_.sink.replace(*dispatch_.task(chunk), parts_.mishaps.choice());
  parts_.mishaps.replaced(chunk, replacement);
  put(chunk, rank, std::move(replacement));
}

void Coordinator::put(int chunk, int rank, Replacement replacement) {
  replacement.result.index = chunk;
  parts_.log.replaced(replacement, now());
  shelf_.keep_aside(std::move(replacement.result));
  if (!parts_.sink.in_order()) parts_.sink.release(shelf_.take(chunk));
  dispatch_.drop(chunk);
  parts_.mishaps.suspects().finished(chunk);
  scheduler_.chunk_replaced(chunk, rank, now());
}

void Coordinator::check_threads() const {
  if (parts_.signal.received()) {
    throw Error(ExitStatus::interrupted, interruption);
  }
  parts_.sink.rethrow();
  parts_.reader.rethrow();
}

void Coordinator::show_progress() {
  if (parts_.lanes != nullptr) meter_.heard(0, parts_.lanes->frames());
  const auto total = parts_.reader.total_seconds();
  auto snapshot = meter_.snapshot(parts_.log, scheduler_, total, parts_.reader.encoded_seconds(), now());
  snapshot.sample_rate = parts_.sample_rate;
  parts_.progress.update(snapshot);
  if (parts_.status != nullptr && parts_.status->due(snapshot.elapsed)) {
    const int journalled = parts_.journals != nullptr ? parts_.journals->kept() : shelf_.stored();
    parts_.status->take(
        {snapshot, scheduler_, meter_, total, plan_complete_, journalled, parts_.transport.bytes_sent()});
  }
}

double Coordinator::now() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace mpienc::app
