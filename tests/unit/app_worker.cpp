#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <future>

#include "fake_transport.hpp"
#include "lane_tasks.hpp"
#include "mpienc/app/digest_thread.hpp"
#include "mpienc/app/lane_messages.hpp"
#include "mpienc/app/worker.hpp"
#include "mpienc/av/pcm_md5.hpp"
#include "mpienc/encode/isolated_chunk.hpp"
#include "mpienc/plan/chunk_result.hpp"
#include "shared_recording.hpp"

namespace mpienc::app {
namespace {

using net::Operation;

net::Message note(Operation operation, int chunk = -1, int attempt = 0) {
  return {operation, chunk, attempt, nullptr};
}

net::Message steal(int chunk, int thief, int attempt = 0) {
  return {Operation::steal, chunk, attempt, std::make_shared<const Bytes>(StealOrder{thief}.serialise())};
}

/// Rank 2 of 4 in a thread of its own, the test being the others.
struct WorkerRank : testing::Test {
  void SetUp() override {
    running = std::async(std::launch::async, [this] {
      Hello hello;
      hello.host = "here";
      return run_worker(transport, wakeup, signal, hello);
    });
    static_cast<void>(transport.wait_for(Operation::hello, -1));
  }
  void TearDown() override {
    if (!running.valid()) return;
    EXPECT_EQ(leave(), ExitStatus::success);
  }
  void deliver(int from, net::Message message) {
    transport.deliver(from, std::move(message));
    wakeup.notify();
  }
  void open(int lanes, const std::string& preset = "ultrafast") {
    app::Setup settings{lanes, test::lane_settings(preset)};
    deliver(0, {Operation::setup, -1, 0, std::make_shared<const Bytes>(settings.serialise())});
  }
  ExitStatus leave() {
    deliver(0, note(Operation::quit));
    const auto bye = transport.wait_for(Operation::bye, -1);
    EXPECT_EQ(bye.to, 0);
    deliver(0, note(Operation::bye));
    return running.get();
  }
  static EncodedChunk encoded(const test::Sent& sent) {
    EXPECT_EQ(sent.to, 0);
    return std::get<EncodedChunk>(ChunkResult::parse(*sent.message.payload).data);
  }

  net::Wakeup wakeup;
  StopSignal signal{[this] { wakeup.notify(); }};
  test::FakeTransport transport{2, 4};
  std::future<ExitStatus> running;
};

TEST_F(WorkerRank, ReportsTheStartAndTheResultWithTheAttemptOfTheTask) {
  open(1);
  deliver(0, {Operation::task, 5, 31, test::lane_task_bytes(5)});
  const auto result = transport.wait_for(Operation::result, 5);
  EXPECT_EQ(result.message.attempt, 31);
  EXPECT_EQ(encoded(result).frames.size(), static_cast<std::size_t>(test::lane_clip_frames));
  const auto started = transport.wait_for(Operation::started, 5);
  EXPECT_EQ(started.to, 0);
  EXPECT_EQ(started.message.attempt, 31);
  const auto report = StartedReport::parse(*started.message.payload);
  EXPECT_EQ(report.lane, 0);
  EXPECT_GE(report.queued_seconds, 0);
}

TEST_F(WorkerRank, PassesAChunkThatHasNotBegunOnToTheThief) {
  open(0);
  const auto payload = test::lane_task_bytes(5);
  deliver(0, {Operation::task, 5, 31, payload});
  deliver(0, steal(5, 3, 8));
  const auto moved = transport.wait_for(Operation::moved, 5);
  EXPECT_EQ(moved.to, 0);
  EXPECT_EQ(moved.message.attempt, 8);
  const auto task = transport.wait_for(Operation::task, 5);
  EXPECT_EQ(task.to, 3);
  EXPECT_EQ(task.message.attempt, 31);
  EXPECT_EQ(task.message.payload, payload) << "shared, not copied";
  EXPECT_FALSE(transport.has_sent(Operation::kept, 5));
}

TEST_F(WorkerRank, SendsNothingToRankZeroWhichHasThePayload) {
  open(0);
  deliver(0, {Operation::task, 5, 0, test::lane_task_bytes(5)});
  deliver(0, steal(5, 0));
  EXPECT_EQ(transport.wait_for(Operation::moved, 5).to, 0);
  EXPECT_FALSE(transport.has_sent(Operation::task, 5));
}

TEST_F(WorkerRank, KeepsAChunkThatHasBegunAndOneItHasGivenAway) {
  open(1);
  deliver(0, {Operation::task, 5, 0, test::lane_task_bytes(5)});
  static_cast<void>(transport.wait_for(Operation::started, 5));
  deliver(0, steal(5, 3));
  EXPECT_EQ(transport.wait_for(Operation::kept, 5).to, 0);
  static_cast<void>(transport.wait_for(Operation::result, 5));
  deliver(0, steal(6, 3));
  static_cast<void>(transport.wait_for(Operation::kept, 6));
  EXPECT_FALSE(transport.has_sent(Operation::task, 5));
  EXPECT_FALSE(transport.has_sent(Operation::moved, 5));
}

TEST_F(WorkerRank, EncodesWhatAnotherRankPassesOn) {
  open(1);
  deliver(3, {Operation::task, 9, 4, test::lane_task_bytes(9)});
  const auto result = transport.wait_for(Operation::result, 9);
  EXPECT_EQ(encoded(result).index, 9);
  EXPECT_EQ(result.message.attempt, 4);
}

TEST_F(WorkerRank, HoldsWhatWasStolenForItUntilTheSettingsCome) {
  deliver(3, {Operation::task, 9, 4, test::lane_task_bytes(9)});
  transport.wait_until_handled();
  open(1);
  EXPECT_EQ(encoded(transport.wait_for(Operation::result, 9)).index, 9);
}

TEST_F(WorkerRank, StopsACancelledChunkAndGoesOn) {
  open(1, "veryslow");
  deliver(0, {Operation::task, 1, 0, test::lane_task_bytes(1)});
  deliver(0, {Operation::task, 2, 0, test::lane_task_bytes(2)});
  deliver(0, {Operation::task, 3, 0, test::lane_task_bytes(3)});
  static_cast<void>(transport.wait_for(Operation::started, 1));
  deliver(0, note(Operation::cancel, 1));
  deliver(0, note(Operation::cancel, 2));
  deliver(0, note(Operation::cancel, 77));
  static_cast<void>(transport.wait_for(Operation::result, 3));
  for (const int chunk : {1, 2}) EXPECT_FALSE(transport.has_sent(Operation::result, chunk)) << chunk;
  EXPECT_FALSE(transport.has_sent(Operation::started, 2));
}

TEST_F(WorkerRank, TellsRankZeroThatATaskArrivedDamaged) {
  open(1);
  deliver(3, {Operation::task, 5, 31, nullptr, true});
  const auto damaged = transport.wait_for(Operation::damaged, 5);
  EXPECT_EQ(damaged.to, 0);
  EXPECT_EQ(damaged.message.attempt, 31);
  deliver(0, {Operation::task, 5, 32, test::lane_task_bytes(5)});
  EXPECT_EQ(transport.wait_for(Operation::result, 5).message.attempt, 32) << "it takes the next one";
}

TEST_F(WorkerRank, KeepsAChunkWhoseStealArrivedDamaged) {
  open(0);
  deliver(0, {Operation::task, 5, 0, test::lane_task_bytes(5)});
  deliver(0, {Operation::steal, 5, 8, nullptr, true});
  EXPECT_EQ(transport.wait_for(Operation::kept, 5).message.attempt, 8);
  EXPECT_FALSE(transport.has_sent(Operation::moved, 5));
}

DigestStep digest_of_all(const std::filesystem::path& wav, const PcmFormat& format) {
  return {test::range_of(wav), av::PcmMd5(format).serialise()};
}

net::Message digest(int chunk, const DigestStep& step) {
  return {Operation::digest, chunk, 0, std::make_shared<const Bytes>(step.serialise())};
}

TEST_F(WorkerRank, TakesTheRangeItIsToldIntoADigestWhileItsLaneIsBusy) {
  const test::PcmFolder folder;
  const auto source = input::open_pcm_source(folder.write("a.wav", test::noise_wav(100'000)));
  const auto& format = source->description().format;
  open(1, "veryslow");
  deliver(0, {Operation::task, 1, 0, test::lane_task_bytes(1)});
  static_cast<void>(transport.wait_for(Operation::started, 1));
  deliver(0, digest(7, digest_of_all(folder / "a.wav", format)));
  const auto answer = transport.wait_for(Operation::digest, 7);
  EXPECT_EQ(answer.to, 0);
  av::PcmMd5 expected(format);
  expected.add(source->next(100'000));
  EXPECT_EQ(*answer.message.payload, expected.serialise());
}

TEST_F(WorkerRank, AsksForADigestAgainThatArrivedDamaged) {
  open(1);
  deliver(0, {Operation::digest, 7, 0, nullptr, true});
  EXPECT_EQ(transport.wait_for(Operation::digest, 7).message.payload, nullptr);
}

TEST_F(WorkerRank, TellsWhoItIsWhereItCannotReadForADigest) {
  const test::PcmFolder folder;
  folder.write("a.wav", test::noise_wav(1000));
  const auto step = digest_of_all(folder / "a.wav", {22050, 1, 8, 1, 0, false});
  std::filesystem::remove(folder / "a.wav");
  open(1);
  deliver(0, digest(7, step));
  const auto failure = Failure::parse(*transport.wait_for(Operation::failed, -1).message.payload);
  EXPECT_EQ(failure.status, ExitStatus::input);
  EXPECT_THAT(failure.line, testing::HasSubstr("rank 2 on here: "));
  EXPECT_EQ(leave(), ExitStatus::input);
}

TEST_F(WorkerRank, FailsWhereItsSettingsArrivedDamaged) {
  deliver(0, {Operation::setup, -1, 0, nullptr, true});
  const auto failed = transport.wait_for(Operation::failed, -1);
  EXPECT_EQ(Failure::parse(*failed.message.payload).status, ExitStatus::cluster);
  EXPECT_EQ(leave(), ExitStatus::cluster);
}

TEST_F(WorkerRank, ForgetsTheRanksThatRankZeroHasLost) {
  deliver(0, {Operation::lost, -1, 0, std::make_shared<const Bytes>(LostRank{3}.serialise())});
  transport.wait_until_handled();
  EXPECT_EQ(transport.forgotten(), std::set{3});
}

TEST_F(WorkerRank, LeavesByItselfWhereRankZeroFallsSilent) {
  app::Setup setup{1, test::lane_settings("ultrafast"), std::chrono::milliseconds(300)};
  deliver(0, {Operation::setup, -1, 0, std::make_shared<const Bytes>(setup.serialise())});
  deliver(0, {Operation::task, 6, 0, test::lane_task_bytes(6)});
  static_cast<void>(transport.wait_for(Operation::started, 6));
  EXPECT_TRUE(transport.forgotten().empty());
  deliver(0, note(Operation::heartbeat));
  EXPECT_EQ(running.get(), ExitStatus::cluster);
  EXPECT_EQ(transport.forgotten(), std::set{0});
  EXPECT_FALSE(transport.has_sent(Operation::bye, -1)) << "nobody is there to hear it";
  EXPECT_FALSE(transport.has_sent(Operation::failed, -1));
}

TEST_F(WorkerRank, SaysByeOnlyWhenAllItSentHasArrivedAndReceivesUntilRankZeroSaysBye) {
  open(0);
  deliver(0, {Operation::task, 5, 0, test::lane_task_bytes(5)});
  transport.wait_until_handled();
  transport.set_flushed(false);
  deliver(0, note(Operation::quit));
  deliver(0, steal(5, 3));
  deliver(3, {Operation::task, 6, 0, test::lane_task_bytes(6)});
  EXPECT_EQ(transport.wait_for(Operation::kept, 5).to, 0);
  transport.wait_until_handled();
  EXPECT_FALSE(transport.has_sent(Operation::task, 5)) << "no payload leaves after quit";
  EXPECT_FALSE(transport.has_sent(Operation::bye, -1)) << "something is still on its way";
  transport.set_flushed(true);
  EXPECT_EQ(transport.wait_for(Operation::bye, -1).to, 0);
  deliver(0, steal(8, 3));
  deliver(1, {Operation::task, 7, 0, test::lane_task_bytes(7)});
  transport.wait_until_handled();
  deliver(0, note(Operation::bye));
  EXPECT_EQ(running.get(), ExitStatus::success);
  EXPECT_EQ(transport.sent().back().message.operation, Operation::bye) << "nothing comes after bye";
}

TEST_F(WorkerRank, LeavesInOrderAfterAnErrorOfItsOwn) {
  deliver(0, {Operation::setup, -1, 0, std::make_shared<const Bytes>(1)});
  const auto failed = transport.wait_for(Operation::failed, -1);
  EXPECT_EQ(Failure::parse(*failed.message.payload).status, ExitStatus::cluster);
  deliver(3, {Operation::task, 6, 0, test::lane_task_bytes(6)});
  deliver(0, steal(6, 1));
  EXPECT_EQ(transport.wait_for(Operation::kept, 6).to, 0);
  EXPECT_FALSE(transport.has_sent(Operation::bye, -1)) << "rank 0 has not said quit";
  EXPECT_EQ(leave(), ExitStatus::cluster);
}

TEST_F(WorkerRank, LeavesInOrderWhenInterrupted) {
  open(1, "veryslow");
  deliver(0, {Operation::task, 6, 0, test::lane_task_bytes(6)});
  static_cast<void>(transport.wait_for(Operation::started, 6));
  ASSERT_EQ(kill(getpid(), SIGTERM), 0);
  const auto failed = transport.wait_for(Operation::failed, -1);
  EXPECT_EQ(Failure::parse(*failed.message.payload).status, ExitStatus::interrupted);
  EXPECT_EQ(leave(), ExitStatus::interrupted);
  EXPECT_FALSE(transport.has_sent(Operation::result, 6));
}

}  // namespace
}  // namespace mpienc::app

int main(int argc, char** argv) {
  if (mpienc::encode::is_isolated_child(argc, argv)) return mpienc::encode::run_isolated_child();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
