#include <algorithm>

#include <gmock/gmock.h>

#include "mpienc/app/launch.hpp"

namespace mpienc::app {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using Words = std::vector<std::string>;

std::optional<LaunchOptions> parse(const Words& words) {
  std::vector<const char*> argv{"launch"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse_launch_options(static_cast<int>(argv.size()), argv.data());
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

TEST(LaunchOptions, OwnWordsEndAtTheDashesOrAtTheFirstFile) {
  for (const Words& words : {Words{"-n", "3", "--", "a.vob", "b.mkv", "--crf", "20"},
                             Words{"-n", "3", "a.vob", "b.mkv", "--crf", "20"}}) {
    const auto options = parse(words);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->ranks, 3);
    EXPECT_EQ(options->retries, 2);
    EXPECT_EQ(options->mpirun, "mpirun");
    EXPECT_TRUE(options->hostfile.empty());
    EXPECT_THAT(options->job, ElementsAre("a.vob", "b.mkv", "--crf", "20"));
  }
}

TEST(LaunchOptions, MpirunsWordsMayLookLikeOptions) {
  const auto options = parse({"--ranks=2", "--retries", "0", "--mpirun=/opt/mpirun", "--mpirun-arg", "--mca",
                              "--mpirun-arg=btl", "--mpirun-arg", "tcp,self", "--", "-odd.vob", "b.mkv"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->retries, 0);
  EXPECT_EQ(options->mpirun, "/opt/mpirun");
  EXPECT_THAT(options->mpirun_arguments, ElementsAre("--mca", "btl", "tcp,self"));
  EXPECT_THAT(options->job, ElementsAre("-odd.vob", "b.mkv"));
}

TEST(LaunchOptions, ComplaintsNameTheOption) {
  EXPECT_THAT(complaint({"--", "a.vob", "b.mkv"}), HasSubstr("-n N"));
  EXPECT_THAT(complaint({"-n", "0", "--", "a", "b"}), AllOf(HasSubstr("-n"), HasSubstr("'0'")));
  EXPECT_THAT(complaint({"-n", "2", "--retries", "-1"}), HasSubstr("--retries"));
  EXPECT_THAT(complaint({"-n", "2", "--retrys", "1"}), HasSubstr("--retries?"));
  EXPECT_THAT(complaint({"-np", "2"}), HasSubstr("-n?"));
  EXPECT_THAT(complaint({"-n", "2", "--crf", "1"}), HasSubstr("follow --"));
  EXPECT_THAT(complaint({"-n", "2", "--hostfile", "/no/hosts"}), HasSubstr("'/no/hosts'"));
  EXPECT_THAT(complaint({"-n", "2", "--mpirun-arg"}), HasSubstr("--mpirun-arg"));
  EXPECT_THAT(complaint({"-n"}), HasSubstr("--ranks needs a value"));
}

TEST(LaunchOptions, RanksJoinAJobOrAreOne) {
  EXPECT_TRUE(parse({"-n", "2", "--grow", "a.vob", "b.mkv"})->grow);
  const auto joining = parse({"-n", "2", "--join", "b.mkv.join", "--", "--lanes", "3"});
  EXPECT_EQ(joining->join, "b.mkv.join");
  EXPECT_THAT(joining->job, ElementsAre("--lanes", "3"));
  EXPECT_THAT(complaint({"-n", "2", "--join", "x", "--grow"}), HasSubstr("--grow and --join"));
  EXPECT_THAT(complaint({"-n", "2", "--join", "x", "a.vob", "b.mkv"}), HasSubstr("'a.vob'"));
  EXPECT_THAT(complaint({"-n", "2", "--join="}), HasSubstr("--join"));
}

TEST(MpiKind, IsReadFromTheVersion) {
  EXPECT_EQ(mpi_kind("mpirun (Open MPI) 4.1.4\n\nReport bugs to http://www.open-mpi.org/community/help/\n"),
            MpiKind::open_mpi_4);
  EXPECT_EQ(mpi_kind("mpirun (Open MPI) 5.0.7\n\nReport bugs to https://www.open-mpi.org/community/help/\n"),
            MpiKind::open_mpi_5);
  EXPECT_EQ(mpi_kind("a warning\nmpiexec (Open MPI) 10.0.0rc1"), MpiKind::open_mpi_5);
  EXPECT_EQ(mpi_kind("HYDRA build details:\n    Version:                                 4.0.2\n"),
            MpiKind::other);
  EXPECT_EQ(mpi_kind("mpiexec (OpenRTE) 4.1.4\n"), MpiKind::open_mpi_4);
  EXPECT_EQ(mpi_kind("mpirun (Open MPI) unknown"), MpiKind::other);
  EXPECT_EQ(mpi_kind(""), MpiKind::other);
}

LaunchOptions four_ranks() {
  LaunchOptions options;
  options.ranks = 4;
  options.job = {"a.vob", "b.mkv", "--restart", "--", "--restart"};
  return options;
}

const AttemptPlan first{"/bin/mpienc", {"MARKER", "JOB"}, true, false};

TEST(MpirunCommand, OpenMpi4LivesOnWithoutARank) {
  EXPECT_THAT(mpirun_command(four_ranks(), MpiKind::open_mpi_4, first),
              ElementsAre("mpirun", "-n", "4", "--enable-recovery", "--bind-to", "none", "--oversubscribe",
                          "--mca", "oob_tcp_keepalive_time", "2", "--mca", "oob_tcp_keepalive_intvl", "1",
                          "--mca", "oob_tcp_keepalive_probes", "3", "-q", "-x", "MARKER", "-x", "JOB",
                          "/bin/mpienc", "a.vob", "b.mkv", "--restart", "--", "--restart"));
}

TEST(MpirunCommand, NamesTheServerThatGuestsNeed) {
  AttemptPlan plan = first;
  plan.name_server = "/out/.b.marker/name-server";
  EXPECT_THAT(mpirun_command(four_ranks(), MpiKind::open_mpi_4, plan),
              IsSupersetOf({"--ompi-server", "file:/out/.b.marker/name-server"}));
  EXPECT_THAT(mpirun_command(four_ranks(), MpiKind::open_mpi_4, first), Not(Contains("--ompi-server")));
}

TEST(MpirunCommand, OpenMpi5LivesOnWithoutARank) {
  EXPECT_THAT(mpirun_command(four_ranks(), MpiKind::open_mpi_5, first),
              ElementsAre("mpirun", "-n", "4", "--with-ft", "ulfm", "--bind-to", "none", "--map-by",
                          "slot:OVERSUBSCRIBE", "-x", "MARKER", "-x", "JOB", "/bin/mpienc", "a.vob", "b.mkv",
                          "--restart", "--", "--restart"));
}

TEST(MpirunCommand, UnknownMpisGetNothingOfOpenMpis) {
  EXPECT_THAT(
      mpirun_command(four_ranks(), MpiKind::other, first),
      ElementsAre("mpirun", "-n", "4", "/bin/mpienc", "a.vob", "b.mkv", "--restart", "--", "--restart"));
}

TEST(MpirunCommand, HostsComeFromTheHostfile) {
  auto options = four_ranks();
  options.hostfile = "hosts";
  const auto four = mpirun_command(options, MpiKind::open_mpi_4, first);
  EXPECT_THAT(four, IsSupersetOf({"--hostfile", "hosts", "--map-by", "node"}));
  EXPECT_THAT(four, Not(Contains("--oversubscribe")));
  const auto five = mpirun_command(options, MpiKind::open_mpi_5, first);
  EXPECT_THAT(five, IsSupersetOf({"--hostfile", "hosts", "--map-by", "node"}));
  EXPECT_THAT(mpirun_command(options, MpiKind::other, first), IsSupersetOf({"-f", "hosts"}));
}

TEST(MpirunCommand, TheUsersWordsComeLastAndWin) {
  auto options = four_ranks();
  options.mpirun_arguments = {"--bind-to", "core"};
  const auto words = mpirun_command(options, MpiKind::open_mpi_4, first);
  const auto program = std::ranges::find(words, "/bin/mpienc");
  EXPECT_EQ(*(program - 1), "core");
}

TEST(MpirunCommand, ARestartForgetsNothingAndMayBeLoud) {
  AttemptPlan again = first;
  again.again = true;
  again.quiet = false;
  const auto words = mpirun_command(four_ranks(), MpiKind::open_mpi_4, again);
  EXPECT_THAT(Words(words.end() - 4, words.end()), ElementsAre("a.vob", "b.mkv", "--", "--restart"));
  EXPECT_THAT(words, Not(Contains("-q")));
}

TEST(Judge, WhatRankZeroHasSaidIsFinal) {
  for (const auto status : {ExitStatus::success, ExitStatus::internal, ExitStatus::usage, ExitStatus::input,
                            ExitStatus::output, ExitStatus::codec}) {
    for (const bool stopped : {false, true}) {
      EXPECT_EQ(judge({true, status}, stopped), (Verdict{status, false}));
    }
  }
}

TEST(Judge, AJobThatDiedIsStartedAgain) {
  constexpr Verdict again{ExitStatus::cluster, true};
  EXPECT_EQ(judge({false, std::nullopt}, false), again);
  EXPECT_EQ(judge({true, std::nullopt}, false), again);
  EXPECT_EQ(judge({true, ExitStatus::cluster}, false), again);
  EXPECT_EQ(judge({true, ExitStatus::interrupted}, false), again) << "mpirun ends its ranks by TERM";
}

TEST(Judge, NothingIsStartedAgainThatWasStopped) {
  constexpr Verdict stop{ExitStatus::interrupted, false};
  EXPECT_EQ(judge({false, std::nullopt}, true), stop);
  EXPECT_EQ(judge({true, std::nullopt}, true), stop);
  EXPECT_EQ(judge({true, ExitStatus::cluster}, true), stop);
  EXPECT_EQ(judge({true, ExitStatus::interrupted}, true), stop);
}

}  // namespace
}  // namespace mpienc::app
