#include "mpienc/report/simulation_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "mpienc/report/format.hpp"

namespace mpienc::report {
namespace {

using sched::SimulatedLosses;

struct LossColumn {
  const char* name;
  double SimulatedLosses::*value;
};

constexpr std::array<LossColumn, 7> loss_columns{{{"reader", &SimulatedLosses::reader},
                                                  {"link", &SimulatedLosses::link},
                                                  {"window", &SimulatedLosses::window},
                                                  {"tail", &SimulatedLosses::tail},
                                                  {"shared", &SimulatedLosses::shared},
                                                  {"copies", &SimulatedLosses::copies},
                                                  {"dead", &SimulatedLosses::dead}}};
/// Below, a percentage shows as 0.0.
constexpr double shown = 0.0005;

double speed_up(const SimulatedRow& row) { return row.run.work_seconds / row.run.makespan_seconds; }

double lost(const SimulatedRow& row, const LossColumn& column) {
  return row.run.losses.*column.value / (row.run.makespan_seconds * row.run.capacity);
}

std::string tenths_text(double seconds) {
  if (!(seconds >= 0) || seconds > 3.6e9) return "-";
  const std::int64_t tenths = std::llround(seconds * 10);
  return fmt::format("{}:{:02}:{:02}.{}", tenths / 36000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
}

std::string rate_text(double bytes_per_second) {
  const double bits = 8 * bytes_per_second;
  if (!std::isfinite(bits)) return "no limit";
  if (bits >= 1e9) return fmt::format("{:.3g} Gbit/s", bits / 1e9);
  if (bits >= 1e6) return fmt::format("{:.3g} Mbit/s", bits / 1e6);
  return fmt::format("{:.3g} kbit/s", bits / 1e3);
}

std::string latency_text(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.3g} us", seconds * 1e6);
  return seconds < 1 ? fmt::format("{:.3g} ms", seconds * 1e3) : fmt::format("{:.3g} s", seconds);
}

std::string header(const SimulatedJob& job) {
  return fmt::format("{} ({} of programme)\n", job.record, duration_text(job.programme_seconds)) +
         fmt::format("  recorded    {}, {} of CPU time on {} of {}\n", counted(job.chunks, "chunk"),
                     tenths_text(job.encode_seconds), counted(job.recorded_lanes, "lane"),
                     counted(job.recorded_ranks, "rank")) +
         fmt::format("  simulated   {}; link {}, {}; schedule {}\n\n", job.hosts,
                     rate_text(job.link_bytes_per_second), latency_text(job.latency_seconds), job.schedule);
}

/// Columns after the fixed ones, with their width: those in which some row shows something.
struct Shown {
  bool capacity = false, steals = false, copies = false;
  std::vector<LossColumn> losses;
};

Shown columns_of(const std::vector<SimulatedRow>& rows) {
  Shown columns;
  for (const LossColumn& column : loss_columns) {
    if (std::ranges::any_of(rows, [&](const auto& row) { return lost(row, column) >= shown; })) {
      columns.losses.push_back(column);
    }
  }
  for (const SimulatedRow& row : rows) {
    columns.capacity |= std::abs(row.run.capacity - row.lanes) >= 0.05;
    columns.steals |= row.run.steals > 0;
    columns.copies |= row.run.copies > 0;
  }
  return columns;
}

std::string table(const std::vector<SimulatedRow>& rows) {
  const Shown columns = columns_of(rows);
  std::string text = fmt::format("  {:>5}  {:>5}", "lanes", "ranks");
  if (columns.capacity) text += fmt::format("  {:>8}", "capacity");
  text += fmt::format("  {:>10}  {:>8}  {:>10}", "makespan", "speed-up", "efficiency");
  for (const LossColumn& column : columns.losses) text += fmt::format("  {:>7}", column.name);
  if (columns.steals) text += fmt::format("  {:>6}", "stolen");
  if (columns.copies) text += fmt::format("  {:>6}", "copied");
  text += "\n";
  for (const SimulatedRow& row : rows) {
    text += fmt::format("  {:>5}  {:>5}", row.lanes, row.ranks);
    if (columns.capacity) text += fmt::format("  {:>8.1f}", row.run.capacity);
    text += fmt::format("  {:>10}  {:>8.2f}  {:>8.1f} %", tenths_text(row.run.makespan_seconds),
                        speed_up(row), 100 * row.run.efficiency());
    for (const LossColumn& column : columns.losses) {
      text += fmt::format("  {:>5.1f} %", 100 * lost(row, column));
    }
    if (columns.steals) text += fmt::format("  {:>6}", row.run.steals);
    if (columns.copies) text += fmt::format("  {:>6}", row.run.copies);
    text += "\n";
  }
  return text;
}

std::string reader_mend(const SimulatedJob& job) {
  if (job.audio_seconds > job.read_seconds) {
    return fmt::format(
        "the longest audio track takes {} in one thread of rank 0; a quicker --audio-codec, or "
        "copy, would mend it",
        tenths_text(job.audio_seconds));
  }
  return fmt::format(
      "reading and cutting take {} in one thread of rank 0; a faster processor there would "
      "mend it",
      tenths_text(job.read_seconds));
}

std::string link_mend(const SimulatedJob& job, const SimulatedRow& row) {
  const std::string need = fmt::format("rank 0 would have to send {} to keep all lanes busy",
                                       rate_text(row.sent_bytes_per_second));
  const bool carries = row.sent_bytes_per_second < job.link_bytes_per_second / 2;
  if (carries && job.schedule != "steal") {
    return need + "; chunks held ahead (--schedule steal) would mend it";
  }
  return need + "; a faster link would mend it";
}

std::string mend(const SimulatedJob& job, const SimulatedRow& row, const std::string& loss) {
  if (loss == "reader") return reader_mend(job);
  if (loss == "link") return link_mend(job, row);
  if (loss == "window")
    return "no more may be planned until chunks are finished; shorter chunks (--chunk) would mend it";
  if (loss == "tail") return "nothing is left for them at the end; shorter chunks (--chunk) would mend it";
  if (loss == "shared") return "rank 0 also reads, encodes sound and muxes; fewer lanes there would mend it";
  if (loss == "copies") return "second copies at the end came too late; they cost no time, only power";
  return "lanes and work of lost ranks";
}

std::string closing(const SimulatedJob& job, const SimulatedRow& row) {
  const auto most = *std::ranges::max_element(loss_columns, {},
                                              [&](const LossColumn& column) { return lost(row, column); });
  const std::string lanes = counted(row.lanes, "lane");
  if (lost(row, most) < 0.01) return fmt::format("\nAt {} nothing costs more than 1 %.\n", lanes);
  return fmt::format("\nAt {} most is lost to \"{}\", {:.1f} %: {}.\n", lanes, most.name,
                     100 * lost(row, most), mend(job, row, most.name));
}

}  // namespace

std::string simulation_text(const SimulatedJob& job, const std::vector<SimulatedRow>& rows) {
  return header(job) + table(rows) + closing(job, rows.back());
}

std::string simulation_csv(const std::vector<SimulatedRow>& rows) {
  std::string text = "lanes,ranks,capacity,makespan_seconds,speed_up,efficiency";
  for (const LossColumn& column : loss_columns) text += fmt::format(",lost_{}", column.name);
  text += ",steals,copies\n";
  for (const SimulatedRow& row : rows) {
    text += fmt::format("{},{},{},{},{},{}", row.lanes, row.ranks, row.run.capacity, row.run.makespan_seconds,
                        speed_up(row), row.run.efficiency());
    for (const LossColumn& column : loss_columns) text += fmt::format(",{}", lost(row, column));
    text += fmt::format(",{},{}\n", row.run.steals, row.run.copies);
  }
  return text;
}

}  // namespace mpienc::report
