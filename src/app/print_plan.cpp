#include <algorithm>

#include <fmt/core.h>

#include "mpienc/app/cutting.hpp"
#include "mpienc/app/transcode.hpp"

namespace mpienc::app {

namespace {

void print_chunk(const input::CutChunk& cut) {
  fmt::print("{:>5}  {:>10.3f}  {:>10.3f}  {:>8.3f}  {:>7}  {:>10}\n", cut.chunk.index, cut.chunk.start_seconds,
             cut.chunk.end_seconds, cut.chunk.seconds(), cut.chunk.packets(), cut.chunk.bytes);
}

}  // namespace

void print_plan(const Options& options, Logger& logger) {
  input::Program program(options.inputs, options.maps, logger);
  if (!program.has_video()) throw Error(ExitStatus::input, "no video to cut; audio tracks are encoded whole");
  const auto& video = *program.video().parameters;
  fmt::print("video: {}, {}x{}; audio tracks: {}\n", avcodec_get_name(video.codec_id), video.width, video.height,
             program.audio().size());
  fmt::print("{:>5}  {:>10}  {:>10}  {:>8}  {:>7}  {:>10}\n", "chunk", "start s", "end s", "length s", "packets",
             "bytes");
  auto cutter = make_cutter(program, options);
  int chunks = 0;
  std::int64_t largest = 0;
  while (auto next = program.read()) {
    if (next->track >= 0) continue;
    if (const auto cut = cutter->push(std::move(next->packet), program.fraction())) {
      print_chunk(*cut);
      largest = std::max(largest, cut->chunk.bytes);
      ++chunks;
    }
  }
  while (const auto cut = cutter->finish()) {
    print_chunk(*cut);
    largest = std::max(largest, cut->chunk.bytes);
    ++chunks;
  }
  fmt::print("{} chunks\n", chunks);
  if (largest > std::int64_t{options.max_chunk_mb} << 20) {
    fmt::print("a chunk above {} MB has no safe point inside: rank 0 will decode it and send frames\n",
               options.max_chunk_mb);
  }
}

}  // namespace mpienc::app
