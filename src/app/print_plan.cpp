#include <algorithm>

#include <fmt/core.h>

#include "mpienc/app/chunked_audio.hpp"
#include "mpienc/app/cutting.hpp"
#include "mpienc/app/pcm_cutter.hpp"
#include "mpienc/app/recording_settings.hpp"
#include "mpienc/app/transcode.hpp"
#include "mpienc/encode/mp3_encoder.hpp"
#include "mpienc/report/format.hpp"

namespace mpienc::app {

namespace {

void print_chunk(const Chunk& chunk) {
  fmt::print("{:>5}  {:>10.3f}  {:>10.3f}  {:>8.3f}  {:>7}  {:>10}\n", chunk.index, chunk.start_seconds,
             chunk.end_seconds, chunk.seconds(), chunk.packets(), chunk.bytes);
}

/// `what`: of the packets' column.
void print_head(const char* what) {
  fmt::print("{:>5}  {:>10}  {:>10}  {:>8}  {:>7}  {:>10}\n", "chunk", "start s", "end s", "length s", what,
             "bytes");
}

void print_recording(const Options& options) {
  const auto kind = recording_kind(options);
  if (kind == RecordingKind::none)
    throw Error(ExitStatus::input,
                "--plan shows how video or one recording is cut, and takes inputs alone; for FLAC add "
                "--audio-codec flac");
  const auto source = input::open_pcm_source(options.inputs.front());
  const auto& format = source->description().format;
  fmt::print("audio: {} Hz, {}, {} bits, as {}\n", format.rate, report::counted(format.channels, "channel"),
             format.bits, kind == RecordingKind::flac ? "FLAC" : "MP3");
  std::unique_ptr<PcmCutter> cutter;
  if (kind == RecordingKind::flac) {
    const auto settings = flac_settings(options, true);
    encode::check_flac(settings, format);
    cutter = make_flac_cutter(*source, settings);
  } else {
    const auto settings = mp3_settings(options);
    const auto stream = encode::settle_mp3(settings, format);
    if (stream.joining == Mp3Joining::whole) {
      fmt::print("1 chunk: LAME resamples to {} Hz from start to end\n", stream.rate);
      return;
    }
    cutter = make_mp3_cutter(*source, settings, stream);
  }
  print_head("samples");
  int chunks = 0;
  while (const auto chunk = cutter->next({})) {
    print_chunk(chunk->chunk);
    ++chunks;
  }
  fmt::print("{}\n", report::counted(chunks, "chunk"));
}

std::string becomes(const std::string& codec) {
  if (codec == "copy") return "copied";
  if (codec != "libmp3lame") return fmt::format("as {} in one piece by rank 0", codec);
  return fmt::format("as MP3 in chunks of {} frames", film_mp3_chunk_frames);
}

void print_audio(const input::Program& program, const std::string& codec) {
  int number = 0;
  for (const auto& track : program.audio()) {
    const auto& source = *track.parameters;
    fmt::print("audio {}: {}, {} Hz, {}, {}\n", number++, avcodec_get_name(source.codec_id),
               source.sample_rate, report::counted(source.ch_layout.nb_channels, "channel"), becomes(codec));
  }
}

}  // namespace

void print_plan(const Options& options, Logger& logger) {
  input::Program program(options.inputs, options.maps, logger);
  if (!program.has_video()) return print_recording(options);
  const auto& video = *program.video().parameters;
  fmt::print("video: {}, {}x{}\n", avcodec_get_name(video.codec_id), video.width, video.height);
  print_audio(program, options.audio_codec);
  print_head("packets");
  auto cutter = make_cutter(program, options);
  int chunks = 0;
  std::int64_t largest = 0;
  while (auto next = program.read()) {
    if (next->track >= 0) continue;
    if (const auto cut = cutter->push(std::move(next->packet), program.fraction())) {
      print_chunk(cut->chunk);
      largest = std::max(largest, cut->chunk.bytes);
      ++chunks;
    }
  }
  while (const auto cut = cutter->finish()) {
    print_chunk(cut->chunk);
    largest = std::max(largest, cut->chunk.bytes);
    ++chunks;
  }
  fmt::print("{} of video\n", report::counted(chunks, "chunk"));
  if (largest > std::int64_t{options.max_chunk_mb} << 20) {
    fmt::print("a chunk above {} MB has no safe point inside: rank 0 will decode it and send frames\n",
               options.max_chunk_mb);
  }
}

}  // namespace mpienc::app
