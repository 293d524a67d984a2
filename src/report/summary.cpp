#include <algorithm>

#include <fmt/format.h>

#include "mpienc/report/format.hpp"
#include "mpienc/report/progress.hpp"

namespace mpienc::report {
namespace {

constexpr std::size_t most_rows = 32;

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

std::string row(const char* label, const std::string& text) {
  return fmt::format("  {:<11} {}\n", label, text);
}

double per_second(std::int64_t frames, double seconds) { return ratio(static_cast<double>(frames), seconds); }

bool has_pictures(const Summary& s) { return s.sample_rate == 0 && s.frames_out > 0; }
/// Else one encoder did it all beside the lanes.
bool worked_on_lanes(const Summary& s) { return s.chunks > 0 || has_pictures(s); }

std::string count(const Summary& s) {
  const bool film = s.sample_rate == 0;
  if (film && !worked_on_lanes(s)) return {};
  return row(film ? "frames" : "samples",
             fmt::format("{} in, {} out, in {}", grouped(s.frames_in), grouped(s.frames_out),
                         worked_on_lanes(s) ? counted(s.chunks, "chunk") : "one piece"));
}

std::string totals(const Summary& s) {
  int lanes = 0;
  double encoding = 0, lane_seconds = 0;
  for (const RankSummary& rank : s.ranks) {
    lanes += rank.lanes;
    lane_seconds += rank.lanes * rank.present(s.wall_seconds);
    encoding += rank.encode_cpu_seconds;
  }
  std::string sizes = size_text(s.bytes_out) + " out";
  if (s.bytes_in > 0) {  // of a pipe nobody knows
    const auto share = static_cast<double>(s.bytes_out) / static_cast<double>(s.bytes_in);
    sizes = fmt::format("{} in, {} ({:.1f} %)", size_text(s.bytes_in), sizes, 100 * share);
  }
  std::string time =
      fmt::format("{} wall, {} CPU", duration_text(s.wall_seconds), duration_text(s.cpu_seconds));
  std::string text =
      count(s) + row("size", sizes) + (s.shared_input ? row("input", "each rank read its own ranges") : "") +
      row("time", time) +
      row("speed",
          (has_pictures(s) ? fmt::format("{:.1f} fps, ", per_second(s.frames_out, s.wall_seconds)) : "") +
              fmt::format("{:.2f} times realtime", ratio(s.programme_seconds, s.wall_seconds)));
  if (lanes > 0 && worked_on_lanes(s)) {
    text += row("efficiency",
                fmt::format("{:.1f} %: {} of encoding by {} in {}", 100 * ratio(encoding, lane_seconds),
                            duration_text(encoding), counted(lanes, "lane"), duration_text(s.wall_seconds)));
  }
  return text;
}

std::string scheduling(const Summary& s) {
  if (s.ranks.size() < 2 || s.schedule.empty()) return {};
  return row("schedule", fmt::format("{}, {}, {}", s.schedule, counted(s.steals, "steal"),
                                     s.copies == 1 ? "1 copy" : grouped(s.copies) + " copies"));
}

std::string trouble(const Summary& s) {
  std::string text;
  if (s.restored > 0)
    text += row("resumed", counted(s.restored, "chunk") + " of an earlier run, from the journal");
  if (s.skipped_chunks > 0) {
    text += row("left out", counted(s.skipped_frames, "frame") + " of " + counted(s.skipped_chunks, "chunk") +
                                " that could not be encoded");
  }
  if (s.copied_chunks > 0)
    text += row("copied", counted(s.copied_chunks, "chunk") + " that could not be encoded");
  if (s.silent_chunks > 0)
    text += row("silent", counted(s.silent_chunks, "audio chunk") + " that could not be encoded");
  for (const RankSummary& rank : s.ranks) {
    if (rank.joined > 0 && rank.lanes > 0) {
      text += row("joined",
                  fmt::format("rank {} on {}, after {}", rank.rank, rank.host, duration_text(rank.joined)));
    }
    if (rank.left && rank.lanes > 0) {
      text += row("left",
                  fmt::format("rank {} on {}, after {}", rank.rank, rank.host, duration_text(*rank.left)));
    }
    if (rank.lost)
      text += row("lost", fmt::format("rank {} on {}: others encoded its chunks", rank.rank, rank.host));
  }
  if (s.damaged_frames > 0)
    text += row("damaged", counted(s.damaged_frames, "frame") + " concealed or corrupt");
  if (s.decode_errors > 0) text += row("undecodable", counted(s.decode_errors, "packet"));
  if (s.seam_mismatches > 0) {
    text +=
        row("seams", counted(s.seam_mismatches, "seam") + " where neighbouring chunks decoded differently");
  }
  if (s.timeline_mends > 0) text += row("mended", counted(s.timeline_mends, "jump") + " of the timeline");
  if (s.silence_seconds > 0) text += row("silence", fmt::format("{:.3f} s filled in", s.silence_seconds));
  return text;
}

std::string rank_table(const Summary& s) {
  if (s.ranks.empty() || !worked_on_lanes(s)) return {};
  const bool film = s.sample_rate == 0;
  std::size_t width = 4;
  for (const RankSummary& rank : s.ranks) width = std::max(width, rank.host.size());
  std::string text = fmt::format("\n  {:>4}  {:<{}}  {:>5}  {:>6}  {:>6}  {:>11}  {:>8}  {:>9}  {:>6}\n",
                                 "rank", "host", width, "lanes", "chunks", "stolen",
                                 film ? "frames" : "samples", film ? "fps" : "realtime", "CPU", "busy");
  for (std::size_t i = 0; i < std::min(s.ranks.size(), most_rows); ++i) {
    const RankSummary& r = s.ranks[i];
    text += fmt::format("  {:>4}  {:<{}}  {:>5}  {:>6}  {:>6}  {:>11}  {:>8.1f}  {:>9}  {:>4.0f} %\n", r.rank,
                        r.host, width, r.lanes, grouped(r.chunks), grouped(r.steals), grouped(r.frames),
                        per_second(r.frames, s.wall_seconds) / (film ? 1 : s.sample_rate),
                        duration_text(r.encode_cpu_seconds),
                        100 * ratio(r.busy_seconds, r.present(s.wall_seconds) * r.lanes));
  }
  if (s.ranks.size() > most_rows) {
    text +=
        fmt::format("  and {} more ranks\n", grouped(static_cast<std::int64_t>(s.ranks.size() - most_rows)));
  }
  return text;
}

}  // namespace

std::string summary_text(const Summary& summary) {
  return fmt::format("{} ({} of programme)\n", summary.output, duration_text(summary.programme_seconds)) +
         totals(summary) + scheduling(summary) + trouble(summary) + rank_table(summary);
}

}  // namespace mpienc::report
