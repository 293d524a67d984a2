#include <sstream>

#include <gmock/gmock.h>

#include "mpienc/report/simulation_table.hpp"

namespace mpienc::report {
namespace {

using sched::SimulatedLosses;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

SimulatedJob film() {
  SimulatedJob job;
  job.record = "film.h5";
  job.programme_seconds = 7063;
  job.chunks = 241;
  job.recorded_lanes = 8;
  job.recorded_ranks = 2;
  job.encode_seconds = 8000;
  job.read_seconds = 90;
  job.audio_seconds = 60;
  job.hosts = "hosts of 4 lanes";
  job.schedule = "steal";
  job.link_bytes_per_second = 1.25e9;
  job.latency_seconds = 50e-6;
  return job;
}

/// All of the capacity that the work leaves over is lost in one way.
SimulatedRow row(int lanes, int ranks, double makespan, double SimulatedLosses::*loss) {
  SimulatedRow made{lanes, ranks, 2e6, {}};
  made.run.makespan_seconds = makespan;
  made.run.work_seconds = 8000;
  made.run.capacity = lanes;
  made.run.losses.*loss = makespan * lanes - 8000;
  return made;
}

TEST(SimulationTable, ReadsAsWritten) {
  auto first = row(1, 1, 8000.04, &SimulatedLosses::reader);
  auto last = row(128, 32, 100, &SimulatedLosses::tail);
  last.run.losses = {.reader = 640, .tail = 3904, .copies = 256};
  last.run.steals = 12;
  last.run.copies = 3;
  EXPECT_EQ(simulation_text(film(), {first, last}),
            R"(film.h5 (1:57:43 of programme)
  recorded    241 chunks, 2:13:20.0 of CPU time on 8 lanes of 2 ranks
  simulated   hosts of 4 lanes; link 10 Gbit/s, 50 us; schedule steal

  lanes  ranks    makespan  speed-up  efficiency   reader     tail   copies  stolen  copied
      1      1   2:13:20.0      1.00     100.0 %    0.0 %    0.0 %    0.0 %       0       0
    128     32   0:01:40.0     80.00      62.5 %    5.0 %   30.5 %    2.0 %      12       3

At 128 lanes most is lost to "tail", 30.5 %: nothing is left for them at the end; shorter chunks (--chunk) would mend it.
)");
}

TEST(SimulationTable, LossesAreSharesOfCapacityAndNamedOnlyWhereThereAreSome) {
  for (const auto& [name, loss] :
       std::vector<std::pair<std::string, double SimulatedLosses::*>>{{"reader", &SimulatedLosses::reader},
                                                                      {"link", &SimulatedLosses::link},
                                                                      {"window", &SimulatedLosses::window},
                                                                      {"tail", &SimulatedLosses::tail},
                                                                      {"shared", &SimulatedLosses::shared},
                                                                      {"copies", &SimulatedLosses::copies},
                                                                      {"dead", &SimulatedLosses::dead}}) {
    const std::string text = simulation_text(film(), {row(16, 4, 1000, loss)});
    EXPECT_THAT(text, HasSubstr("efficiency  " + std::string(7 - name.size(), ' ') + name + "\n"));
    EXPECT_THAT(text, HasSubstr("    50.0 %   50.0 %\n"));
    EXPECT_THAT(text, HasSubstr("At 16 lanes most is lost to \"" + name + "\", 50.0 %: "));
    EXPECT_THAT(text, EndsWith(".\n"));
  }
}

TEST(SimulationTable, CapacityIsShownWhereLanesDiffer) {
  auto mixed = row(16, 4, 1000, &SimulatedLosses::tail);
  EXPECT_THAT(simulation_text(film(), {mixed}), Not(HasSubstr("capacity")));
  mixed.run.capacity = 10;
  const std::string text = simulation_text(film(), {mixed});
  EXPECT_THAT(text, HasSubstr("  lanes  ranks  capacity    makespan"));
  EXPECT_THAT(text, HasSubstr("     16      4      10.0   0:16:40.0      8.00      80.0 %"));
}

TEST(SimulationTable, WhatWouldMendIt) {
  const auto closing = [](const SimulatedJob& job, double SimulatedLosses::*loss) {
    return simulation_text(job, {row(16, 4, 1000, loss)});
  };
  auto job = film();
  EXPECT_THAT(closing(job, &SimulatedLosses::reader), HasSubstr("reading and cutting take 0:01:30.0"));
  job.audio_seconds = 91;
  EXPECT_THAT(closing(job, &SimulatedLosses::reader), HasSubstr("the longest audio track takes 0:01:31.0"));
  EXPECT_THAT(closing(job, &SimulatedLosses::link),
              HasSubstr("rank 0 would have to send 16 Mbit/s to keep all lanes busy; a faster link"));
  job.schedule = "dynamic";
  EXPECT_THAT(closing(job, &SimulatedLosses::link), HasSubstr("--schedule steal"));
  job.link_bytes_per_second = 1e6;
  EXPECT_THAT(closing(job, &SimulatedLosses::link), HasSubstr("a faster link"));
  EXPECT_THAT(closing(job, &SimulatedLosses::window), HasSubstr("shorter chunks (--chunk)"));
}

TEST(SimulationTable, ASmallLossNeedsNoMending) {
  EXPECT_THAT(simulation_text(film(), {row(16, 4, 501, &SimulatedLosses::tail)}),
              EndsWith("\nAt 16 lanes nothing costs more than 1 %.\n"));
}

TEST(SimulationTable, UnitsOfTheLink) {
  auto job = film();
  const std::vector<SimulatedRow> rows{row(1, 1, 8000, &SimulatedLosses::tail)};
  job.link_bytes_per_second = 12.5e6;
  job.latency_seconds = 0.0015;
  EXPECT_THAT(simulation_text(job, rows), HasSubstr("link 100 Mbit/s, 1.5 ms;"));
  job.link_bytes_per_second = 125;
  job.latency_seconds = 2;
  EXPECT_THAT(simulation_text(job, rows), HasSubstr("link 1 kbit/s, 2 s;"));
}

TEST(SimulationCsv, HasEveryColumnExactly) {
  auto one = row(3, 2, 2700.1, &SimulatedLosses::link);
  one.run.steals = 5;
  std::istringstream lines(simulation_csv({one, row(4, 1, 2000, &SimulatedLosses::dead)}));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(
      line,
      "lanes,ranks,capacity,makespan_seconds,speed_up,efficiency,lost_reader,lost_link,lost_window,lost_tail,"
      "lost_shared,lost_copies,lost_dead,steals,copies");
  std::getline(lines, line);
  std::vector<double> values;
  for (std::istringstream cells(line); std::getline(cells, line, ',');) values.push_back(std::stod(line));
  EXPECT_EQ(values, (std::vector<double>{3, 2, 3, 2700.1, 8000 / 2700.1, one.run.efficiency(), 0,
                                         one.run.losses.link / (2700.1 * 3), 0, 0, 0, 0, 0, 5, 0}));
  std::getline(lines, line);
  EXPECT_EQ(line, "4,1,4,2000,4,1,0,0,0,0,0,0,0,0,0");
  EXPECT_FALSE(std::getline(lines, line));
}

}  // namespace
}  // namespace mpienc::report
