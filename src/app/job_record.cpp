#include "mpienc/app/job_record.hpp"

#include <sstream>

#include <fmt/format.h>

namespace mpienc::app {

NamedTexts encoding_options(const Options& options) {
  const auto number = [](const auto& value) { return value ? fmt::format("{}", *value) : std::string(); };
  return {{"video-codec", options.video_codec},
          {"crf", number(options.crf)},
          {"preset", options.preset},
          {"tune", options.tune},
          {"profile", options.profile},
          {"pix-fmt", options.pix_fmt},
          {"encoder-options", options.encoder_options},
          {"simd", options.simd},
          {"audio-codec", options.audio_codec},
          {"audio-bitrate", number(options.audio_bit_rate)},
          {"audio-quality", number(options.audio_quality)},
          {"audio-options", options.audio_options},
          {"compression", number(options.compression)},
          {"block-size", number(options.block_samples)},
          {"exhaustive", options.exhaustive_search ? "yes" : ""},
          {"precision", options.precision_search ? "yes" : ""},
          {"chunk", number(options.chunk_seconds)},
          {"max-chunk", fmt::format("{}", options.max_chunk_mb)}};
}

NamedTexts library_versions(const std::string& text) {
  NamedTexts named;
  std::istringstream lines(text);
  for (std::string name, number; lines >> name >> number;) named.emplace_back(name, number);
  return named;
}

store::JobInfo job_info(const Options& options, const sched::Limits& limits, const sched::Policy& policy,
                        std::int64_t pixels) {
  store::JobInfo info;
  info.command_line = options.command_line;
  info.options = encoding_options(options);
  if (options.lanes) info.options.emplace_back("lanes", fmt::format("{}", *options.lanes));
  if (options.shared_fs) info.options.emplace_back("shared-fs", "yes");
  info.versions = library_versions(version_text());
  info.schedule = sched::name_of(policy.strategy);
  info.credits = policy.credits;
  info.window = limits.window;
  info.unfinished = limits.unfinished;
  info.ahead_bytes = limits.ahead_bytes;
  info.pixels = pixels;
  return info;
}

std::vector<store::RankRow> rank_rows(const JobCounts& counts, const Team& team,
                                      const std::function<double(int)>& speed) {
  std::vector<store::RankRow> rows;
  for (const auto& rank : counts.ranks) {
    store::RankRow row;
    row.rank = rank.rank;
    row.host = rank.host;
    row.lanes = rank.lanes;
    row.processors =
        static_cast<int>(team.hellos[static_cast<std::size_t>(rank.rank)].processors.allowed.size());
    row.chunks = rank.chunks;
    row.steals = rank.steals;
    row.copies = rank.copies;
    row.frames = rank.frames;
    row.encode_cpu = rank.encode_cpu_seconds;
    row.encode_wall = rank.busy_seconds;
    row.speed = speed(rank.rank);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace mpienc::app
