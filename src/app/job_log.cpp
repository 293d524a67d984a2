#include "mpienc/app/job_log.hpp"

#include <algorithm>

namespace mpienc::app {

namespace {

void no_lane_gave(const ChunkResult& result, store::ChunkRow& row, double now) {
  row.frames = result.units;
  row.bytes_out = result.payload_bytes();
  row.rank = -1;
  row.lane = -1;
  row.assigned = row.started = row.finished = now;
}

}  // namespace

JobLog::JobLog(const Team& team, store::RunRecordWriter* record) : record_(record) {
  for (std::size_t rank = 0; rank < team.lanes.size(); ++rank) {
    report::RankSummary summary;
    summary.rank = static_cast<int>(rank);
    summary.host = team.hellos[rank].host;
    summary.lanes = team.lanes[rank];
    counts_.ranks.push_back(std::move(summary));
    event("join", 0, -1, static_cast<int>(rank));
  }
}

void JobLog::planned(const PlannedChunk& read, double now) {
  const auto& chunk = read.chunk;
  auto& open = open_[chunk.index];
  open.chunk = chunk;
  open.audio = !std::holds_alternative<encode::VideoTask>(*read.task);
  const auto* mp3 = std::get_if<encode::Mp3PcmTask>(read.task.get());
  open.beside = mp3 != nullptr && mp3->beside;
  auto& row = open.row;
  row.chunk = chunk.index;
  row.first_packet = chunk.first_packet;
  row.end_packet = chunk.end_packet;
  row.programme_start = chunk.start_seconds;
  row.programme_end = chunk.end_seconds;
  row.bytes_in = chunk.bytes;
  row.read_cpu = read.cpu_seconds;
  row.read_wall = read.wall_seconds;
  row.planned = now;
  planned_bytes_ += chunk.bytes;
}

void JobLog::assigned(int chunk, int rank, bool copy, double now) {
  auto& open = open_.at(chunk);
  open.runs[rank].assigned = now;
  if (copy) {
    ++open.row.copies;
    ++counts_.copies;
    ++of(rank).copies;
  }
  activity_.assigned(chunk, rank);
  event(copy ? "copy" : "assign", now, chunk, rank);
}

void JobLog::started(int chunk, int rank, int lane, double queued_seconds, double now) {
  const auto found = open_.find(chunk);
  if (found == open_.end()) return;
  auto& run = found->second.runs[rank];
  run.lane = lane;
  run.queued = queued_seconds;
  run.started = now;
  activity_.started(chunk, rank);
  event("start", now, chunk, rank, lane);
}

void JobLog::finished(const ChunkResult& result, int rank, double now) {
  auto& open = open_.at(result.index);
  auto& row = open.row;
  const auto& run = open.runs[rank];
  row.frames = result.units;
  row.bytes_out = result.payload_bytes();
  row.rank = rank;
  row.lane = run.lane;
  row.queued = run.queued;
  row.assigned = run.assigned;
  row.started = run.started;
  row.finished = now;
  row.encode_cpu = result.cpu_seconds;
  row.encode_wall = result.wall_seconds;
  auto& summary = of(rank);
  summary.frames += row.frames;
  ++summary.chunks;
  summary.encode_cpu_seconds += result.cpu_seconds;
  summary.busy_seconds += result.wall_seconds;
  count(result, open);
  finished_bytes_ += open.chunk.bytes;
  lane_seconds_ += result.wall_seconds;
  activity_.dropped(result.index, rank);
  event("finish", now, result.index, rank, run.lane);
}

void JobLog::count(const ChunkResult& result, const Open& open) {
  counts_.frames += result.units;
  counts_.damaged_frames += result.damaged_frames;
  counts_.decode_errors += result.decode_errors;
  counts_.seconds = std::max(counts_.seconds, open.chunk.end_seconds);
  if (!open.beside) finished_seconds_ += open.chunk.seconds();
}

void JobLog::released(int chunk, double now) {
  auto node = open_.extract(chunk);
  auto& row = node.mapped().row;
  row.released = now;
  ++counts_.chunks;
  counts_.encoding_seconds = now;
  activity_.released(chunk);
  event("release", now, chunk);
  if (record_ != nullptr) record_->add(row);
}

void JobLog::steal_asked(int chunk, int victim, int thief, double now) {
  event("steal", now, chunk, victim, thief);
}

void JobLog::steal_answered(int chunk, int victim, int thief, bool moved, double now) {
  event(moved ? "moved" : "kept", now, chunk, victim, thief);
  if (!moved) return;
  ++counts_.steals;
  ++of(thief).steals;
  const auto found = open_.find(chunk);
  if (found == open_.end()) return;
  ++found->second.row.steals;
  found->second.runs[thief].assigned = now;
  activity_.moved(chunk, victim, thief);
}

void JobLog::cancelled(int chunk, int rank, double now) {
  activity_.dropped(chunk, rank);
  event("cancel", now, chunk, rank);
}

void JobLog::warned(double now) { event("warn", now, -1); }

void JobLog::restored(const ChunkResult& result, double now) {
  auto& open = open_.at(result.index);
  no_lane_gave(result, open.row, now);
  open.row.encode_cpu = result.cpu_seconds;
  open.row.encode_wall = result.wall_seconds;
  count(result, open);
  ++counts_.restored;
  event("restore", now, result.index);
}

void JobLog::lost(int rank, double now) {
  of(rank).lost = of(rank).lanes > 0;
  activity_.lost(rank);
  event("lose", now, -1, rank);
}

void JobLog::announced(int rank, double now) {
  report::RankSummary summary;
  summary.rank = rank;
  summary.joined = now;
  summary.left = now;
  counts_.ranks.push_back(std::move(summary));
}

void JobLog::joined(int rank, const Team& team, double now) {
  auto& summary = of(rank);
  summary.host = team.hellos[static_cast<std::size_t>(rank)].host;
  summary.lanes = team.lanes[static_cast<std::size_t>(rank)];
  summary.joined = now;
  summary.left.reset();
  event("join", now, -1, rank);
}

void JobLog::drained(int rank, double now) {
  of(rank).draining = true;
  event("drain", now, -1, rank);
}

void JobLog::left(int rank, double now) {
  of(rank).left = now;
  activity_.lost(rank);
  event("leave", now, -1, rank);
}

void JobLog::failed(int chunk, int rank, double now) {
  activity_.dropped(chunk, rank);
  event("fail", now, chunk, rank);
}

void JobLog::replaced(const Replacement& replacement, double now) {
  const auto& result = replacement.result;
  auto& open = open_.at(result.index);
  no_lane_gave(result, open.row, now);
  count(result, open);
  const auto skipped_frames = static_cast<std::int64_t>(replacement.skipped.size());
  counts_.frames += skipped_frames;
  counts_.skipped_frames += skipped_frames;
  switch (replacement.kind) {
    case Replacement::Kind::copied: ++counts_.copied_chunks; break;
    case Replacement::Kind::skipped: ++counts_.skipped_chunks; break;
    case Replacement::Kind::silent: ++counts_.silent_chunks; break;
  }
  event(replacement.kind == Replacement::Kind::copied ? "pass" : "skip", now, result.index);
}

void JobLog::event(const char* kind, double now, int chunk, int rank, int other) {
  if (record_ != nullptr) record_->add(store::EventRow{now, kind, chunk, rank, other});
}

}  // namespace mpienc::app
