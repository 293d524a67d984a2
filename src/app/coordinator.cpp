#include "mpienc/app/coordinator.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <malloc.h>

namespace mpienc::app {

namespace {

constexpr int credits = 1;
constexpr std::int64_t payload_ahead = std::int64_t{48} << 20;
constexpr std::int64_t most_backlog = std::int64_t{64} << 20;
/// Ranks send a heartbeat each second.
constexpr auto longest_silence = std::chrono::seconds(60);
constexpr auto progress_interval = std::chrono::milliseconds(250);

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

int lanes_of(const Team& team) { return std::accumulate(team.lanes.begin(), team.lanes.end(), 0); }

sched::Limits limits_for(const Team& team) {
  const int held = lanes_of(team) + credits * static_cast<int>(team.lanes.size());
  return {2 * held + 2, credits};
}

encode::VideoTask to_task(input::CutChunk cut) {
  encode::VideoTask task;
  task.chunk = cut.chunk;
  task.first = cut.first;
  task.last = cut.last;
  task.own_leading = cut.own_leading;
  task.source = std::move(cut.source);
  task.time_base = cut.time_base;
  task.packets = std::move(cut.packets);
  task.times = std::move(cut.times);
  return task;
}

/// A chunk's packets leave holes all over the heaps; measured, without this the peak was a third higher.
void give_back_memory() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace

Coordinator::Coordinator(const CoordinatorParts& parts)
    : parts_(parts), scheduler_(limits_for(parts.team)) {
  for (std::size_t rank = 0; rank < parts_.team.lanes.size(); ++rank) {
    const int lanes = parts_.team.lanes[rank];
    scheduler_.rank_joined(static_cast<int>(rank), lanes);
    capacity_ += lanes + credits;
    report::RankSummary summary;
    summary.rank = static_cast<int>(rank);
    summary.host = parts_.team.hellos[rank].host;
    summary.lanes = lanes;
    counts_.ranks.push_back(std::move(summary));
  }
}

JobCounts Coordinator::run() {
  net::Backoff backoff;
  for (;;) {
    bool active = take_messages();
    active |= take_results();
    active |= take_chunk();
    carry_out_commands();
    check_threads();
    check_ranks();
    show_progress();
    if (all_done()) {
      check_threads();
      break;
    }
    if (active) {
      backoff.reset();
      continue;
    }
    auto wait = net::next_wait(parts_.transport, backoff);
    if (!wait) wait = progress_interval;
    parts_.wakeup.wait_for(wait);
  }
  counts_.chunks = scheduler_.released();
  return counts_;
}

bool Coordinator::all_done() const {
  const bool audio_done = std::ranges::all_of(parts_.audio, [](const auto& track) { return track->done(); });
  return audio_done && parts_.reader.done() && (parts_.joiner == nullptr || scheduler_.finished());
}

bool Coordinator::take_messages() {
  bool any = false;
  while (auto incoming = parts_.transport.receive()) {
    any = true;
    heard_[incoming->from] = std::chrono::steady_clock::now();
    const auto& message = incoming->message;
    switch (message.operation) {
      case net::Operation::result:
        finished(message.chunk, incoming->from, EncodedChunk::parse(*message.payload));
        break;
      case net::Operation::failed: fail(message.chunk, incoming->from, Failure::parse(*message.payload));
      case net::Operation::heartbeat:
        frames_of_rank_[incoming->from] = ByteReader(*message.payload).get<std::int64_t>();
        break;
      default: break;
    }
  }
  return any;
}

bool Coordinator::take_results() {
  bool any = false;
  while (parts_.lanes != nullptr) {
    auto result = parts_.lanes->try_result();
    if (!result) break;
    any = true;
    if (auto* encoded = std::get_if<EncodedChunk>(&result->outcome)) {
      finished(result->chunk, 0, std::move(*encoded));
    } else {
      const auto& failure = std::get<LaneFailure>(result->outcome);
      fail(result->chunk, 0, {failure.status, failure.line});
    }
  }
  return any;
}

bool Coordinator::has_room() const {
  return scheduler_.wants_chunk() && parts_.output.backlog() < most_backlog &&
         (unfinished_ < capacity_ || payload_bytes_ < payload_ahead);
}

bool Coordinator::take_chunk() {
  if (parts_.joiner == nullptr || plan_complete_ || !has_room()) return false;
  const bool reader_done = parts_.reader.done();
  auto cut = parts_.reader.try_chunk();
  if (!cut) {
    if (reader_done) {
      plan_complete_ = true;
      scheduler_.plan_complete();
    }
    return reader_done;
  }
  Pending pending;
  pending.chunk = cut->chunk;
  pending.times = cut->times;
  pending.payload = std::make_shared<const encode::VideoTask>(to_task(std::move(*cut)));
  payload_bytes_ += pending.chunk.bytes;
  ++unfinished_;
  const int index = pending.chunk.index;
  pending_.emplace(index, std::move(pending));
  scheduler_.chunk_planned(index);
  return true;
}

void Coordinator::carry_out_commands() {
  for (const auto& command : scheduler_.take_commands()) {
    std::visit(Overloaded{
                   [&](const sched::Assign& c) { assign(c.chunk, c.rank); },
                   [&](const sched::Release& c) { release(c.chunk); },
                   [&](const sched::Finished&) {
                     for (auto& packet : parts_.joiner->finish()) {
                       parts_.output.write(parts_.video_track, std::move(packet));
                     }
                     parts_.output.end(parts_.video_track);
                   },
               },
               command);
  }
}

void Coordinator::assign(int chunk, int rank) {
  auto& payload = pending_.at(chunk).payload;
  if (rank == 0) {
    parts_.lanes->submit(chunk, payload);
    return;
  }
  if (const auto* task = std::get_if<std::shared_ptr<const encode::VideoTask>>(&payload)) {
    payload = std::make_shared<const Bytes>((*task)->serialise());
  }
  parts_.transport.send(rank, {net::Operation::task, chunk, 0, std::get<std::shared_ptr<const Bytes>>(payload)});
}

void Coordinator::finished(int chunk, int rank, EncodedChunk result) {
  if (!scheduler_.chunk_finished(chunk, rank)) return;
  auto& pending = pending_.at(chunk);
  auto& summary = counts_.ranks[static_cast<std::size_t>(rank)];
  const auto frames = static_cast<std::int64_t>(result.frames.size());
  summary.frames += frames;
  ++summary.chunks;
  summary.encode_cpu_seconds += result.cpu_seconds;
  summary.busy_seconds += result.wall_seconds;
  counts_.frames += frames;
  counts_.damaged_frames += result.damaged_frames;
  counts_.decode_errors += result.decode_errors;
  counts_.seconds = std::max(counts_.seconds, pending.chunk.end_seconds);
  finished_seconds_ += pending.chunk.seconds();
  payload_bytes_ -= pending.chunk.bytes;
  --unfinished_;
  pending.payload = std::shared_ptr<const Bytes>();
  pending.result = std::move(result);
}

void Coordinator::release(int chunk) {
  auto node = pending_.extract(chunk);
  auto& pending = node.mapped();
  auto packets = parts_.joiner->join(*pending.result, pending.chunk.first_packet, pending.times);
  for (auto& packet : packets) parts_.output.write(parts_.video_track, std::move(packet));
  give_back_memory();
}

void Coordinator::fail(int chunk, int rank, const Failure& failure) const {
  const auto found = pending_.find(chunk);
  if (found == pending_.end()) throw Error(failure.status, failure.line);
  const auto& place = found->second.chunk;
  throw Error(failure.status, fmt::format("video from {:.2f} s to {:.2f} s, on rank {} ({}): {}",
                                          place.start_seconds, place.end_seconds, rank,
                                          parts_.team.hellos[static_cast<std::size_t>(rank)].host, failure.line));
}

void Coordinator::check_threads() const {
  if (parts_.signal.received()) {
    throw Error(ExitStatus::interrupted, "interrupted; nothing was written under the output's name");
  }
  parts_.output.rethrow();
  parts_.reader.rethrow();
  for (const auto& track : parts_.audio) track->rethrow();
}

void Coordinator::check_ranks() const {
  for (const auto& [rank, last] : heard_) {
    if (std::chrono::steady_clock::now() - last < longest_silence) continue;
    throw Error(ExitStatus::cluster,
                fmt::format("rank {} on {} has been silent for {} s; check that host and its network, then start again",
                            rank, parts_.team.hellos[static_cast<std::size_t>(rank)].host,
                            std::chrono::duration_cast<std::chrono::seconds>(longest_silence).count()));
  }
}

void Coordinator::show_progress() {
  report::Snapshot snapshot;
  snapshot.elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (parts_.lanes != nullptr) frames_of_rank_[0] = parts_.lanes->frames();
  for (const auto& [rank, frames] : frames_of_rank_) {
    snapshot.frames += std::max(frames, counts_.ranks[static_cast<std::size_t>(rank)].frames);
  }
  const double rate = counts_.frames > 0 && finished_seconds_ > 0
                          ? static_cast<double>(counts_.frames) / finished_seconds_ : 0;
  const double in_work = rate > 0 ? static_cast<double>(snapshot.frames - counts_.frames) / rate : 0;
  snapshot.programme_seconds = finished_seconds_ + std::max(0.0, in_work);
  if (const auto total = parts_.reader.total_seconds()) {
    snapshot.fraction = std::clamp(snapshot.programme_seconds / *total, 0.0, 1.0);
  }
  snapshot.ranks = scheduler_.ranks();
  snapshot.lanes = scheduler_.lanes();
  snapshot.busy_lanes = scheduler_.busy_lanes();
  parts_.progress.update(snapshot);
}

}  // namespace mpienc::app
