#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "mpienc/app/simulate.hpp"

namespace mpienc::app {
namespace {

using testing::AllOf;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Words = std::vector<std::string>;

std::optional<SimulateOptions> parse(const Words& words) {
  std::vector<const char*> argv{"simulate"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse_simulate_options(static_cast<int>(argv.size()), argv.data());
}

SimulateOptions with(const std::string& option, const std::string& value) {
  return parse({"run.h5", option, value}).value();
}

std::string complaint(const Words& words) {
  try {
    static_cast<void>(parse(words));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::usage);
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    return error.what();
  }
  return "no complaint";
}

TEST(SimulateOptions, Defaults) {
  const auto o = parse({"run.h5"});
  ASSERT_TRUE(o);
  EXPECT_EQ(o->record, "run.h5");
  EXPECT_THAT(o->lanes, ElementsAre(1, 2, 4, 8, 16, 32, 64, 128, 256));
  EXPECT_THAT(o->hosts, IsEmpty());
  EXPECT_DOUBLE_EQ(o->link_bytes_per_second, 1.25e9);
  EXPECT_DOUBLE_EQ(o->latency_seconds, 50e-6);
  EXPECT_FALSE(o->schedule || o->csv);
  EXPECT_THAT(o->lost, IsEmpty());
}

TEST(SimulateOptions, EachReachesItsField) {
  const auto o = parse({"--csv", "--lanes=3,5", "--hosts", "a:2", "--link", "1GB", "run.h5", "--latency",
                        "1ms", "--schedule", "static", "--kill", "2@1.5"});
  ASSERT_TRUE(o);
  EXPECT_EQ(o->record, "run.h5");
  EXPECT_TRUE(o->csv);
  EXPECT_THAT(o->lanes, ElementsAre(3, 5));
  EXPECT_THAT(o->hosts, ElementsAre(SimulatedHost{"a", 2, 1}));
  EXPECT_EQ(o->hosts_text, "a:2");
  EXPECT_DOUBLE_EQ(o->link_bytes_per_second, 1e9);
  EXPECT_DOUBLE_EQ(o->latency_seconds, 1e-3);
  EXPECT_EQ(o->schedule, sched::Strategy::shares);
  EXPECT_THAT(o->lost, ElementsAre(KilledRank{2, 1.5}));
}

TEST(SimulateOptions, TheWordComesFirst) {
  const std::vector<const char*> word{"mpienc", "simulate", "run.h5"},
      file{"mpienc", "./simulate", "out.mkv"}, later{"mpienc", "--plan", "simulate"};
  EXPECT_TRUE(asks_to_simulate(3, word.data()));
  EXPECT_FALSE(asks_to_simulate(3, file.data()));
  EXPECT_FALSE(asks_to_simulate(3, later.data()));
  EXPECT_FALSE(asks_to_simulate(1, word.data()));
}

TEST(SimulateOptions, Lanes) {
  for (const auto& [text, lanes] :
       std::map<std::string, std::vector<int>>{{"1", {1}},
                                               {"65536", {65536}},
                                               {"2,3,7", {2, 3, 7}},
                                               {"1,2,...,4", {1, 2, 4}},
                                               {"3,6,...,48", {3, 6, 12, 24, 48}},
                                               {"1,5,10,...,40,41", {1, 5, 10, 20, 40, 41}}}) {
    EXPECT_EQ(with("--lanes", text).lanes, lanes) << text;
  }
  const auto far = with("--lanes", "1,2,4,...,4096").lanes;
  EXPECT_EQ(far.size(), 13U);
  EXPECT_EQ(far.back(), 4096);
}

TEST(SimulateOptions, LanesThatMakeNoList) {
  for (const auto& [text, why] :
       std::map<std::string, std::string>{{"", "from 1 to 65536, not ''"},
                                          {"0", "from 1 to 65536, not '0'"},
                                          {"65537", "not '65537'"},
                                          {"1,,2", "not ''"},
                                          {"1,2,", "not ''"},
                                          {"1,2.5", "not '2.5'"},
                                          {"1, 2", "not ' 2'"},
                                          {"-1", "not '-1'"},
                                          {"4,2", "rising numbers, but 2 follows 4"},
                                          {"2,2", "but 2 follows 2"},
                                          {"1,2,...", "not '...'"},
                                          {"...,4", "stands after two numbers"},
                                          {"4,...,16", "stands after two numbers"},
                                          {"1,3,...,9", "twice the first"},
                                          {"1,2,...,6", "doubling from 2 does not meet 6"},
                                          {"1,2,...,2", "does not meet 2"},
                                          {"1,2,...,x", "not 'x'"},
                                          {"1,2,...,...,8", "not '...'"}}) {
    EXPECT_THAT(complaint({"run.h5", "--lanes", text}), AllOf(HasSubstr("--lanes"), HasSubstr(why))) << text;
  }
}

TEST(SimulateOptions, Hosts) {
  EXPECT_THAT(with("--hosts", "fast:32,slow:8@0.3").hosts,
              ElementsAre(SimulatedHost{"fast", 32, 1}, SimulatedHost{"slow", 8, 0.3}));
  EXPECT_THAT(with("--hosts", "xeon:2x3,b:1@2x1").hosts,
              ElementsAre(SimulatedHost{"xeon", 2, 1}, SimulatedHost{"xeon", 2, 1},
                          SimulatedHost{"xeon", 2, 1}, SimulatedHost{"b", 1, 2}));
  EXPECT_THAT(with("--hosts", "a:1").lanes, IsEmpty());
  EXPECT_THAT(parse({"run.h5", "--hosts", "a:1", "--lanes", "8"})->lanes, ElementsAre(8));
}

TEST(SimulateOptions, HostsThatAreNone) {
  for (const auto& [text, why] : std::map<std::string, std::string>{
           {"", "NAME:LANES[@SPEED][xCOUNT]"},
           {"fast", "not 'fast'"},
           {":4", "not ':4'"},
           {"a:1,,b:2", "not ''"},
           {"a:", "number of lanes takes a whole number from 1 to 65536, not ''"},
           {"a:0", "not '0'"},
           {"a:four", "not 'four'"},
           {"a:4@0", "a:4@0: the speed takes a number from 0.001 to 1000, not '0'"},
           {"a:4@nan", "not 'nan'"},
           {"a:4@", "the speed"},
           {"a:4x0", "the count takes a whole number"},
           {"a:4x2@0.5", "the count takes a whole number from 1 to 65536, not '2@0.5'"},
           {"a:4x20000", "up to 65536 lanes in all"}}) {
    EXPECT_THAT(complaint({"run.h5", "--hosts", text}), AllOf(HasSubstr("--hosts"), HasSubstr(why))) << text;
  }
}

TEST(SimulateOptions, RatesAreDecimalBitsOrBytes) {
  for (const auto& [text, rate] : std::map<std::string, double>{{"10Gbit", 1.25e9},
                                                                {"100Mbit", 12.5e6},
                                                                {"1GB", 1e9},
                                                                {"2.5Gbit", 312.5e6},
                                                                {"1kbit", 125},
                                                                {"8000bit", 1000},
                                                                {"500kB", 5e5},
                                                                {"125B", 125},
                                                                {"3MB", 3e6},
                                                                {"10TB", 1e13},
                                                                {"1Tbit", 1.25e11}}) {
    EXPECT_THAT(with("--link", text).link_bytes_per_second, DoubleEq(rate)) << text;
  }
  for (const char* text : {"", "10", "10G", "10gbit", "10 Gbit", "Gbit", "-1Gbit", "0Gbit", "999bit", "11TB",
                           "1e3Mbit", "nanGB", "1.2.3GB", "10Gbit/s"}) {
    EXPECT_THAT(complaint({"run.h5", "--link", text}),
                AllOf(HasSubstr("--link takes bits or bytes per second"), HasSubstr("1kbit to 10TB"),
                      HasSubstr("'" + std::string(text) + "'")));
  }
}

TEST(SimulateOptions, Times) {
  for (const auto& [text, seconds] : std::map<std::string, double>{
           {"50us", 50e-6}, {"1ms", 1e-3}, {"0.5ms", 5e-4}, {"0s", 0}, {"10s", 10}}) {
    EXPECT_THAT(with("--latency", text).latency_seconds, DoubleEq(seconds)) << text;
  }
  for (const char* text : {"", "50", "50 us", "us", "-1us", "10.1s", "1m", "1ns"}) {
    EXPECT_THAT(
        complaint({"run.h5", "--latency", text}),
        AllOf(HasSubstr("--latency takes a time from 0s to 10s"), HasSubstr("'" + std::string(text) + "'")));
  }
}

TEST(SimulateOptions, LostRanks) {
  EXPECT_THAT(with("--kill", "1@60,2@90.5").lost, ElementsAre(KilledRank{1, 60}, KilledRank{2, 90.5}));
  for (const auto& [text, why] : std::map<std::string, std::string>{
           {"", "takes RANK@SECONDS"},
           {"1", "not '1'"},
           {"@5", "the rank takes a whole number"},
           {"1@", "the number of seconds takes a number from 0 to"},
           {"1@-1", "not '-1'"},
           {"1@inf", "not 'inf'"},
           {"0@10", "--kill 0@10: rank 0 reads and writes, so the job ends with it"},
           {"1@5,1@6", "names rank 1 twice"}}) {
    EXPECT_THAT(complaint({"run.h5", "--kill", text}), AllOf(HasSubstr("--kill"), HasSubstr(why))) << text;
  }
}

TEST(SimulateOptions, Schedules) {
  EXPECT_EQ(with("--schedule", "dynamic").schedule, sched::Strategy::on_demand);
  EXPECT_EQ(with("--schedule", "steal").schedule, sched::Strategy::steal);
  EXPECT_THAT(complaint({"run.h5", "--schedule", "fair"}),
              AllOf(HasSubstr("--schedule takes"), HasSubstr("guided"), HasSubstr("'fair'")));
}

TEST(SimulateOptions, FilesNamesAndMissingValues) {
  EXPECT_THAT(complaint({}), HasSubstr("no run record given: mpienc simulate RUN.h5"));
  EXPECT_THAT(complaint({""}), HasSubstr("name is empty"));
  EXPECT_THAT(complaint({"a.h5", "b.h5"}), HasSubstr("'b.h5' follows 'a.h5'"));
  EXPECT_EQ(parse({"--", "--csv"})->record, "--csv");
  EXPECT_THAT(complaint({"run.h5", "--lanes"}), HasSubstr("--lanes needs a value"));
  EXPECT_THAT(complaint({"run.h5", "--csv=yes"}), HasSubstr("--csv takes no value"));
  EXPECT_EQ(
      complaint({"run.h5", "--lane", "4"}),
      "unknown option '--lane' of mpienc simulate; did you mean --lanes? (mpienc simulate --help lists all)");
  EXPECT_EQ(complaint({"run.h5", "-y"}),
            "unknown option '-y' of mpienc simulate (mpienc simulate --help lists all)");
}

TEST(SimulateOptions, HelpFitsAScreenAndTellsAll) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse({"--help"}).has_value());
  const std::string help = testing::internal::GetCapturedStdout();
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  for (const char* word : {"Usage: mpienc simulate [OPTIONS] RUN.h5", "Cluster:", "Running:", "--lanes",
                           "--hosts", "--link RATE", "--latency TIME", "--kill RANK@SECONDS",
                           "--schedule NAME", "--csv", "Examples:", "Exit status:"}) {
    EXPECT_THAT(help, HasSubstr(word));
  }
}

}  // namespace
}  // namespace mpienc::app
