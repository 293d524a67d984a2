#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "lane_tasks.hpp"
#include "mpienc/app/lane_pool.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::app {
namespace {

/// Holds the lanes where they report an event.
class Gate {
 public:
  explicit Gate(bool open) : open_(open) {}
  void pass() {
    std::unique_lock lock(mutex_);
    ++held_;
    ++events_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --held_;
  }
  void wait_until_held(int lanes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_ == lanes; });
  }
  void wait_for_events(int events) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return events_ >= events; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_;
  int held_ = 0, events_ = 0;
};

struct Lanes {
  Lanes(int lanes, bool held, const std::string& preset = "ultrafast")
      : gate(!held), pool(lanes, test::lane_settings(preset), [this] {
          gate.pass();
          wakeup.notify();
        }) {}
  ~Lanes() { gate.open(); }

  LaneEvent next() {
    for (;;) {
      if (auto event = pool.try_event()) return std::move(*event);
      wakeup.wait_for(std::nullopt);
    }
  }
  /// The next event, which must be of the type and the chunk.
  template <class Event>
  Event next(int chunk) {
    auto event = next();
    EXPECT_TRUE(std::holds_alternative<Event>(event)) << "chunk " << chunk;
    if (!std::holds_alternative<Event>(event)) return {};
    EXPECT_EQ(std::get<Event>(event).chunk, chunk);
    return std::move(std::get<Event>(event));
  }
  void expect_encoded(int chunk) {
    const auto result = next<LaneResult>(chunk);
    const auto* found = std::get_if<ChunkResult>(&result.outcome);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->index, chunk);
    EXPECT_EQ(found->units, test::lane_clip_frames);
    EXPECT_GT(found->cpu_seconds, 0);
    EXPECT_GT(found->wall_seconds, 0);
    const auto* encoded = &std::get<EncodedChunk>(found->data);
    EXPECT_EQ(encoded->index, chunk);
    EXPECT_EQ(encoded->frames.size(), static_cast<std::size_t>(test::lane_clip_frames));
    EXPECT_EQ(encoded->packets.size(), encoded->frames.size());
  }

  Gate gate;
  net::Wakeup wakeup;
  LanePool pool;
};

TEST(LanePool, BeginsAndFinishesChunksInTheOrderTheyCame) {
  Lanes lanes(1, false);
  lanes.pool.submit(4, test::lane_task(4));
  lanes.pool.submit(2, test::lane_task_bytes(2));
  lanes.pool.submit(3, test::lane_task(3));
  for (const int chunk : {4, 2, 3}) {
    const auto begun = lanes.next<LaneStarted>(chunk);
    EXPECT_EQ(begun.lane, 0);
    EXPECT_GE(begun.queued_seconds, 0);
    lanes.expect_encoded(chunk);
  }
  EXPECT_FALSE(lanes.pool.try_event());
  EXPECT_EQ(lanes.pool.frames(), 3 * test::lane_clip_frames);
}

TEST(LanePool, TellsWhichLaneHasBegun) {
  Lanes lanes(3, true);
  for (int chunk = 0; chunk < 3; ++chunk) lanes.pool.submit(chunk, test::lane_task(chunk));
  lanes.gate.wait_until_held(3);
  std::set<int> begun;
  for (int i = 0; i < 3; ++i) begun.insert(std::get<LaneStarted>(lanes.pool.try_event().value()).lane);
  EXPECT_THAT(begun, testing::ElementsAre(0, 1, 2));
}

TEST(LanePool, TellsHowLongAChunkHasWaited) {
  Lanes lanes(1, true);
  lanes.pool.submit(0, test::lane_task(0));
  lanes.gate.wait_until_held(1);
  lanes.pool.submit(1, test::lane_task(1));
  const auto submitted = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - submitted;
  lanes.gate.open();
  static_cast<void>(lanes.next<LaneStarted>(0));
  lanes.expect_encoded(0);
  EXPECT_GE(lanes.next<LaneStarted>(1).queued_seconds, waited.count());
}

TEST(LanePool, GivesBackOnlyWhatNoLaneHasBegun) {
  Lanes lanes(1, true);
  const auto payload = test::lane_task_bytes(1);
  lanes.pool.submit(0, test::lane_task(0));
  lanes.gate.wait_until_held(1);
  lanes.pool.submit(1, payload);
  lanes.pool.submit(2, test::lane_task(2));
  EXPECT_FALSE(lanes.pool.withdraw(0)) << "begun";
  EXPECT_FALSE(lanes.pool.withdraw(7)) << "unknown";
  const auto taken = lanes.pool.withdraw(1);
  ASSERT_TRUE(taken);
  EXPECT_EQ(std::get<std::shared_ptr<const Bytes>>(*taken), payload) << "shared, not copied";
  EXPECT_FALSE(lanes.pool.withdraw(1)) << "gone";
  lanes.gate.open();
  static_cast<void>(lanes.next<LaneStarted>(0));
  lanes.expect_encoded(0);
  static_cast<void>(lanes.next<LaneStarted>(2));
  lanes.expect_encoded(2);
}

TEST(LanePool, DropsACancelledChunkFromTheQueue) {
  Lanes lanes(1, true);
  lanes.pool.submit(0, test::lane_task(0));
  lanes.gate.wait_until_held(1);
  for (const int chunk : {1, 2}) lanes.pool.submit(chunk, test::lane_task(chunk));
  lanes.pool.cancel(1);
  lanes.pool.cancel(9);
  lanes.gate.open();
  for (const int chunk : {0, 2}) {
    static_cast<void>(lanes.next<LaneStarted>(chunk));
    lanes.expect_encoded(chunk);
  }
}

TEST(LanePool, StopsTheEncoderOfACancelledChunkAndTakesTheNext) {
  Lanes lanes(1, false, "veryslow");
  lanes.pool.submit(0, test::lane_task(0));
  lanes.pool.submit(1, test::lane_task(1));
  static_cast<void>(lanes.next<LaneStarted>(0));
  while (lanes.pool.frames() == 0) std::this_thread::yield();
  lanes.pool.cancel(0);
  static_cast<void>(lanes.next<LaneStarted>(1));
  lanes.expect_encoded(1);
  EXPECT_EQ(lanes.pool.frames(), test::lane_clip_frames) << "what was cancelled is no progress";
}

TEST(LanePool, DropsTheEventsOfAChunkThatIsCancelledTooLate) {
  Lanes lanes(1, false);
  lanes.pool.submit(0, test::lane_task(0));
  lanes.pool.submit(1, std::make_shared<const Bytes>());
  lanes.gate.wait_for_events(2);
  lanes.pool.cancel(0);
  EXPECT_EQ(lanes.pool.frames(), 0);
  static_cast<void>(lanes.next<LaneStarted>(1));
  static_cast<void>(lanes.next<LaneResult>(1));
}

TEST(LanePool, EncodesACancelledChunkThatIsSubmittedAgain) {
  Lanes lanes(1, true);
  lanes.pool.submit(0, test::lane_task(0));
  lanes.gate.wait_until_held(1);
  lanes.pool.cancel(0);
  lanes.pool.submit(0, test::lane_task(0));
  lanes.gate.open();
  static_cast<void>(lanes.next<LaneStarted>(0));
  lanes.expect_encoded(0);
  EXPECT_FALSE(lanes.pool.try_event());
  EXPECT_EQ(lanes.pool.frames(), test::lane_clip_frames);
}

TEST(LanePool, GivesNoEventOnceStopped) {
  Lanes lanes(1, true);
  lanes.pool.submit(0, test::lane_task(0));
  lanes.gate.wait_until_held(1);
  lanes.pool.submit(1, test::lane_task(1));
  lanes.pool.stop();
  lanes.pool.submit(2, test::lane_task(2));
  lanes.gate.open();
  EXPECT_FALSE(lanes.pool.try_event());
  EXPECT_FALSE(lanes.pool.withdraw(1));
  EXPECT_FALSE(lanes.pool.withdraw(2));
}

TEST(LanePool, TellsWhyAChunkFailed) {
  Lanes lanes(1, false);
  lanes.pool.submit(5, std::make_shared<const Bytes>(3));
  static_cast<void>(lanes.next<LaneStarted>(5));
  const auto result = lanes.next<LaneResult>(5);
  const auto* failure = std::get_if<LaneFailure>(&result.outcome);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->status, ExitStatus::cluster);
  EXPECT_FALSE(failure->line.empty());
}

}  // namespace
}  // namespace mpienc::app
