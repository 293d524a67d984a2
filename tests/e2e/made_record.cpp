#include <cstdlib>
#include <iostream>
#include <string_view>

#include "mpienc/core/error.hpp"
#include "mpienc/store/run_record.hpp"

using namespace mpienc;

namespace {

/// Forty chunks of 10 s of film; each takes 8 s of CPU and 9 s of wall to encode and 0.05 s to read.
constexpr int chunks = 40;

store::ChunkRow chunk(int number) {
  store::ChunkRow row;
  row.chunk = number;
  row.first_packet = 250 * number;
  row.end_packet = row.first_packet + 250;
  row.programme_start = 10 * number;
  row.programme_end = row.programme_start + 10;
  row.frames = 250;
  row.bytes_in = 5'000'000;
  row.bytes_out = 1'000'000;
  row.rank = number % 2;
  row.read_cpu = row.read_wall = 0.05;
  row.encode_cpu = 8;
  row.encode_wall = 9;
  return row;
}

store::RankRow rank(int number) {
  store::RankRow row;
  row.rank = number;
  row.host = "made";
  row.lanes = 2;
  row.processors = 4;
  row.chunks = chunks / 2;
  row.frames = 250 * row.chunks;
  row.encode_cpu = 8.0 * row.chunks;
  row.encode_wall = 9.0 * row.chunks;
  return row;
}

}  // namespace

/// made_record FILE complete|incomplete|empty: the record of such a job.
int main(int argc, char** argv) try {
  const std::string_view kind = argc == 3 ? argv[2] : "";
  if (kind != "complete" && kind != "incomplete" && kind != "empty") return 2;
  store::JobInfo info;
  info.schedule = "steal";
  info.credits = 2;
  info.pixels = 720 * 576;
  store::RunRecordWriter writer(argv[1], info);
  if (kind != "empty") {
    for (int number = 0; number < chunks; ++number) writer.add(chunk(number));
  }
  store::JobTotals totals;
  totals.rank_zero_cpu = 6;
  totals.audio_cpu = 4;
  if (kind != "incomplete") writer.complete({rank(0), rank(1)}, totals);
  return EXIT_SUCCESS;
} catch (const Error& error) {
  std::cerr << error.what() << "\n";
  return static_cast<int>(error.status());
}
