#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "mpienc/store/run_record.hpp"

namespace mpienc::store::test {

/// Rows and descriptions with every member set, from a fixed seed.
class Made {
 public:
  explicit Made(unsigned seed) : random_(seed) {}

  ChunkRow chunk(std::int32_t number) {
    ChunkRow row;
    row.chunk = number;
    for (auto* member : {&row.first_packet, &row.end_packet, &row.frames, &row.bytes_in, &row.bytes_out}) {
      *member = whole();
    }
    for (auto* member : {&row.rank, &row.lane, &row.steals, &row.copies}) *member = small();
    for (auto* member : {&row.programme_start, &row.programme_end, &row.read_cpu, &row.read_wall,
                         &row.planned, &row.assigned, &row.started, &row.finished, &row.released, &row.queued,
                         &row.encode_wall, &row.encode_cpu}) {
      *member = real();
    }
    return row;
  }

  RankRow rank(const std::string& host) {
    RankRow row;
    row.host = host;
    for (auto* member : {&row.rank, &row.lanes, &row.processors, &row.chunks, &row.steals, &row.copies}) {
      *member = small();
    }
    row.frames = whole();
    for (auto* member : {&row.encode_cpu, &row.encode_wall, &row.speed}) *member = real();
    return row;
  }

  JobTotals totals() {
    JobTotals made;
    for (auto* member : {&made.encoding_seconds, &made.wall_seconds, &made.rank_zero_cpu, &made.audio_cpu}) {
      *member = real();
    }
    for (auto* member : {&made.bytes_in, &made.bytes_out, &made.frames, &made.bytes_sent}) *member = whole();
    return made;
  }

 private:
  std::int64_t whole() {
    return std::uniform_int_distribution<std::int64_t>(-1, std::int64_t{1} << 62)(random_);
  }
  std::int32_t small() { return std::uniform_int_distribution<std::int32_t>(-1, 2'000'000'000)(random_); }
  double real() { return std::uniform_real_distribution<double>(-1, 1e5)(random_); }

  std::mt19937_64 random_;
};

inline JobInfo made_info() {
  JobInfo info;
  info.command_line = {"mpienc", "f\xc3\xbcr Elise.vob", "", "out.mkv"};
  info.options = {{"crf", "18"}, {"encoder-options", std::string(100'000, 'x')}, {"tune", ""}};
  info.versions = {{"libx264", "164 r3095"}, {"mpienc", "0.1.0"}};
  info.schedule = "steal";
  info.credits = 2;
  info.window = 48;
  info.unfinished = 3;
  info.ahead_bytes = std::int64_t{5} << 40;
  info.pixels = 720 * 576;
  return info;
}

inline auto fields(const ChunkRow& row) {
  return std::tie(row.chunk, row.first_packet, row.end_packet, row.programme_start, row.programme_end,
                  row.frames, row.bytes_in, row.bytes_out, row.rank, row.lane, row.read_cpu, row.read_wall,
                  row.planned, row.assigned, row.started, row.finished, row.released, row.queued,
                  row.encode_wall, row.encode_cpu, row.steals, row.copies);
}

inline auto fields(const RankRow& row) {
  return std::tie(row.rank, row.host, row.lanes, row.processors, row.chunks, row.steals, row.copies,
                  row.frames, row.encode_cpu, row.encode_wall, row.speed);
}

inline auto fields(const JobInfo& info) {
  return std::tie(info.command_line, info.options, info.versions, info.schedule, info.credits, info.window,
                  info.unfinished, info.ahead_bytes, info.pixels);
}

inline auto fields(const JobTotals& totals) {
  return std::tie(totals.encoding_seconds, totals.wall_seconds, totals.rank_zero_cpu, totals.audio_cpu,
                  totals.bytes_in, totals.bytes_out, totals.frames, totals.bytes_sent);
}

/// A finished record of `chunks` chunks.
inline void write_record(const std::filesystem::path& path, int chunks) {
  Made made(7);
  RunRecordWriter writer(path, made_info());
  for (int number = 0; number < chunks; ++number) writer.add(made.chunk(number));
  writer.complete({made.rank("node1")}, made.totals());
}

}  // namespace mpienc::store::test
