#include "mpienc/app/transcode.hpp"

#include <chrono>
#include <algorithm>
#include <iostream>
#include <numeric>

#include <fmt/core.h>

#include "mpienc/app/coordinator.hpp"
#include "mpienc/app/cutting.hpp"
#include "mpienc/app/first_frame.hpp"
#include "mpienc/app/job_limits.hpp"
#include "mpienc/app/job_record.hpp"
#include "mpienc/app/lane_plan.hpp"
#include "mpienc/app/video_copy.hpp"
#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/encode/display.hpp"
#include "mpienc/encode/video_encoder.hpp"
#include "mpienc/output/container.hpp"
#include "mpienc/report/terminal.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;

/// Decoder and encoder of one lane, measured with x264 medium and slow from 576p to 2160p.
std::int64_t lane_bytes(const encode::VideoSettings& settings) {
  return 100'000'000 + std::int64_t{200} * settings.width * settings.height;
}

encode::VideoOptions video_options(const Options& options, bool global_header) {
  return {options.video_codec, options.crf, options.preset, options.tune, options.profile,
          options.pix_fmt, options.encoder_options, options.simd, global_header};
}

av::Stream output_video(const input::Program& program, const encode::VideoSettings& settings,
                        const encode::VideoEncoder& encoder, const AVFrame& first_frame) {
  const auto& source = program.video();
  av::Stream track;
  track.parameters = encoder.parameters();
  track.time_base = settings.time_base;
  track.frame_rate = settings.frame_rate;
  track.sample_aspect = settings.sample_aspect;
  track.metadata = source.metadata;
  track.disposition = source.disposition;
  track.side_data = source.side_data;
  track.side_data.erase(AV_PKT_DATA_DISPLAYMATRIX);
  encode::add_hdr_side_data(track, first_frame);
  return track;
}

std::int64_t source_pixels(const input::Program& program) {
  const auto& parameters = *program.video().parameters;
  return std::int64_t{parameters.width} * parameters.height;
}

/// CPU time of rank 0's process that went into anything but encoding chunks.
double own_cpu_beside_lanes(const JobCounts& counts, double process_cpu) {
  return std::max(0.0, process_cpu - counts.ranks.front().encode_cpu_seconds);
}

Team plan_team(net::Transport& transport, Team team, const Options& options, std::int64_t bytes_per_lane,
               Logger& logger) {
  std::vector<RankPlace> places;
  for (int rank = 0; rank < transport.size(); ++rank) {
    const auto& hello = team.hellos[static_cast<std::size_t>(rank)];
    places.push_back({rank, hello.host, hello.processors});
  }
  auto plan = plan_lanes(places, options.lanes, bytes_per_lane);
  for (const auto& line : plan.warnings) logger.warn(line);
  team.lanes = std::move(plan.lanes);
  return team;
}

void send_setup(net::Transport& transport, const Team& team, const encode::VideoSettings& settings) {
  for (int rank = 1; rank < transport.size(); ++rank) {
    Setup setup{team.lanes[static_cast<std::size_t>(rank)], settings};
    transport.send(rank, {net::Operation::setup, -1, 0, std::make_shared<const Bytes>(setup.serialise())});
  }
}

output::FileSpec file_spec(const Options& options, const input::Program& program) {
  output::FileSpec spec;
  spec.path = options.output;
  spec.overwrite = options.overwrite;
  for (const auto& chapter : program.chapters()) spec.chapters.push_back({chapter.start, chapter.end, chapter.title});
  spec.metadata = program.metadata();
  return spec;
}

report::ProgressStyle progress_style(const Options& options) {
  if (options.verbosity == Verbosity::quiet) return report::ProgressStyle::none;
  return report::is_terminal(STDERR_FILENO) ? report::ProgressStyle::terminal : report::ProgressStyle::log;
}

report::Summary summarise(const JobCounts& counts, const input::Program& program, Clock::time_point start) {
  report::Summary summary;
  summary.frames_in = counts.frames;
  summary.frames_out = counts.frames;
  summary.bytes_in = program.bytes();
  summary.programme_seconds = counts.seconds > 0 ? counts.seconds : program.seconds();
  summary.wall_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  summary.cpu_seconds = process_cpu_seconds();
  for (const auto& rank : counts.ranks) {
    if (rank.rank > 0) summary.cpu_seconds += rank.encode_cpu_seconds;
  }
  summary.chunks = counts.chunks;
  summary.steals = counts.steals;
  summary.copies = counts.copies;
  summary.damaged_frames = counts.damaged_frames;
  summary.decode_errors = counts.decode_errors;
  summary.timeline_mends = program.timeline_mends();
  summary.ranks = counts.ranks;
  return summary;
}

/// Ends the audio threads before what they write to goes away.
struct StopAudio {
  std::vector<std::unique_ptr<AudioThread>>& tracks;
  ~StopAudio() {
    for (auto& track : tracks) track->stop();
  }
};

}  // namespace

void transcode(const Options& options, net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
               const Hello& own, Logger& logger) {
  const auto start = Clock::now();
  output::check_output(options.output, options.overwrite);
  const auto& container = output::container_for(options.output);
  const bool global_header = (container.flags & AVFMT_GLOBALHEADER) != 0;

  input::Program program(options.inputs, options.maps, logger);
  const bool wants_video = program.has_video() && container.video_codec != AV_CODEC_ID_NONE;
  const bool copies_video = wants_video && options.video_codec == "copy";
  const bool encodes_video = wants_video && !copies_video;
  if (!wants_video && program.audio().empty()) {
    throw Error(ExitStatus::input, fmt::format("{}: has no video and no audio", options.inputs.front().string()));
  }
  auto team = gather_team(transport, wakeup, signal, own, options.simd);

  auto spec = file_spec(options, program);
  encode::VideoSettings settings;
  std::optional<output::VideoJoiner> joiner;
  if (encodes_video) {
    const auto frame = peek_first_frame(program);
    settings = encode::settle_video(video_options(options, global_header), program.video(), *frame,
                                    program.interlaced());
    const encode::VideoEncoder encoder(settings);
    spec.tracks.push_back(output_video(program, settings, encoder, *frame));
    const bool h264 = spec.tracks.back().parameters->codec_id == AV_CODEC_ID_H264;
    joiner.emplace(output::VideoJoiner::Settings{settings.time_base, settings.frame_rate,
                                                 encoder.reorder_depth(), h264});
  } else if (copies_video) {
    spec.tracks.push_back(copied_video(program));
  }
  team = plan_team(transport, std::move(team), options, encodes_video ? lane_bytes(settings) : 0, logger);
  if (encodes_video) send_setup(transport, team, settings);

  std::vector<std::unique_ptr<AudioThread>> audio;
  const int video_tracks = wants_video ? 1 : 0;
  if (container.audio_codec != AV_CODEC_ID_NONE) {
    const encode::AudioSettings audio_settings{options.audio_codec, options.audio_bit_rate, options.audio_quality,
                                               global_header};
    for (const auto& source : program.audio()) {
      audio.push_back(std::make_unique<AudioThread>(source, audio_settings));
    }
  }
  for (const auto& track : audio) spec.tracks.push_back(av::clone(track->stream()));

  const auto wake = [&wakeup] { wakeup.notify(); };
  OutputThread output(std::move(spec), wake);
  std::optional<LanePool> lanes;
  if (encodes_video) lanes.emplace(team.lanes.front(), settings, wake);
  const StopAudio stop_audio{audio};
  for (std::size_t i = 0; i < audio.size(); ++i) audio[i]->start(output, video_tracks + static_cast<int>(i), wake);

  report::ProgressDisplay progress(std::cerr, progress_style(options),
                                   [] { return report::terminal_columns(STDERR_FILENO); });
  const auto policy = sched::policy_of(options.schedule);
  const auto limits = limits_for(std::accumulate(team.lanes.begin(), team.lanes.end(), 0), transport.size(), policy);
  const auto pixels = encodes_video ? source_pixels(program) : 0;
  std::optional<store::RunRecordWriter> record;
  if (!options.record.empty()) record.emplace(options.record, job_info(options, limits, policy, pixels));
  JobLog log(team, record ? &*record : nullptr);
  std::optional<VideoCopy> copy;
  if (copies_video) copy.emplace(program.video(), output, 0);
  ReaderThread reader(program, encodes_video ? make_cutter(program, options) : nullptr, audio,
                      copy ? &*copy : nullptr, logger, wake);
  const double cpu_at_start = process_cpu_seconds();
  Coordinator coordinator({transport, wakeup, signal, team, reader, audio, output, lanes ? &*lanes : nullptr,
                           joiner ? &*joiner : nullptr, 0, pixels, limits, policy, log, progress, logger});
  coordinator.run();
  const auto& counts = log.counts();
  const auto bytes = output.commit();
  progress.clear();

  auto summary = summarise(counts, program, start);
  summary.damaged_frames += reader.damaged_frames();
  summary.decode_errors += reader.decode_errors();
  if (joiner) {
    summary.frames_out = joiner->counts().frames;
    summary.seam_mismatches = joiner->counts().seam_mismatches;
  }
  for (std::size_t i = 0; i < audio.size(); ++i) {
    const auto rate = audio[i]->stream().parameters->sample_rate;
    summary.decode_errors += audio[i]->counts().decode_errors;
    if (rate > 0) summary.silence_seconds += static_cast<double>(audio[i]->counts().samples_silence) / rate;
  }
  summary.schedule = encodes_video ? sched::name_of(policy.strategy) : "";
  summary.bytes_out = bytes;
  summary.output = options.output.string();
  if (record) {
    store::JobTotals totals;
    totals.encoding_seconds = counts.encoding_seconds;
    totals.wall_seconds = summary.wall_seconds;
    totals.rank_zero_cpu = own_cpu_beside_lanes(counts, process_cpu_seconds() - cpu_at_start);
    for (const auto& track : audio) totals.audio_cpu = std::max(totals.audio_cpu, track->counts().cpu_seconds);
    totals.bytes_in = summary.bytes_in;
    totals.bytes_out = bytes;
    totals.frames = counts.frames;
    totals.bytes_sent = transport.bytes_sent();
    record->complete(rank_rows(counts, team, [&](int rank) { return coordinator.speed(rank); }), totals);
  }
  if (options.verbosity != Verbosity::quiet) fmt::print(stderr, "{}", report::summary_text(summary));
}

}  // namespace mpienc::app
