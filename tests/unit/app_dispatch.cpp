#include <gtest/gtest.h>

#include <vector>

#include "mpienc/app/dispatch.hpp"
#include "mpienc/app/lane_messages.hpp"

namespace mpienc::app {
namespace {

using net::Operation;

/// Keeps what is sent.
class Sent final : public net::Transport {
 public:
  struct Letter {
    int to;
    net::Message message;
  };
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 4; }
  void send(int to, net::Message message) override { letters.push_back({to, std::move(message)}); }
  [[nodiscard]] std::optional<net::Incoming> receive() override { return std::nullopt; }
  [[nodiscard]] bool transferring() const override { return false; }
  [[nodiscard]] bool flushed() const override { return true; }
  [[nodiscard]] std::int64_t bytes_sent() const override { return 0; }
  [[nodiscard]] bool direct(int rank) const override { return rank < 3; }

  std::vector<Letter> letters;
};

/// A pool without lanes begins nothing: what it is given can be withdrawn.
class DispatchTest : public testing::Test {
 protected:
  void SetUp() override {
    encode::VideoTask task;
    task.source = std::shared_ptr<AVCodecParameters>(
        avcodec_parameters_alloc(), [](AVCodecParameters* p) { avcodec_parameters_free(&p); });
    dispatch.add(7, std::make_shared<const encode::Task>(std::move(task)));
  }

  void expect_sent(std::size_t at, int to, Operation operation) {
    ASSERT_LT(at, transport.letters.size());
    EXPECT_EQ(transport.letters[at].to, to);
    EXPECT_EQ(transport.letters[at].message.operation, operation);
    EXPECT_EQ(transport.letters[at].message.chunk, 7);
  }

  Sent transport;
  LanePool lanes{0, {}, [] {}};
  Dispatch dispatch{transport, &lanes};
};

TEST_F(DispatchTest, OtherRanksGetTheSameBytesAgain) {
  dispatch.assign(7, 1);
  dispatch.assign(7, 3);
  expect_sent(0, 1, Operation::task);
  expect_sent(1, 3, Operation::task);
  EXPECT_EQ(transport.letters[0].message.payload, transport.letters[1].message.payload);
  EXPECT_EQ(std::get<encode::VideoTask>(encode::parse_task(transport.letters[0].message.payload)).chunk.index,
            0);
}

TEST_F(DispatchTest, WhatRankZeroHasNotBegunMovesAtOnce) {
  dispatch.assign(7, 0);
  EXPECT_EQ(dispatch.steal(7, 0, 2), true);
  expect_sent(0, 2, Operation::task);
  EXPECT_EQ(dispatch.steal(7, 0, 3), false) << "it is no longer here";
  EXPECT_EQ(transport.letters.size(), 1U);
}

TEST_F(DispatchTest, AVictimIsAskedAndItsAnswerNamesTheThief) {
  dispatch.assign(7, 1);
  EXPECT_EQ(dispatch.steal(7, 1, 2), std::nullopt);
  expect_sent(1, 1, Operation::steal);
  EXPECT_EQ(StealOrder::parse(*transport.letters[1].message.payload).thief, 2);
  EXPECT_EQ(dispatch.steal_answered(7, 1, true), 2);
  EXPECT_EQ(dispatch.steal_answered(7, 1, true), std::nullopt) << "answered twice";
  EXPECT_EQ(transport.letters.size(), 2U) << "the victim sends the payload, not rank 0";
}

TEST_F(DispatchTest, RankZeroAsThiefTakesItsOwnCopyOnceTheVictimLetGo) {
  dispatch.assign(7, 1);
  EXPECT_EQ(dispatch.steal(7, 1, 0), std::nullopt);
  EXPECT_FALSE(lanes.withdraw(7));
  EXPECT_EQ(dispatch.steal_answered(7, 1, true), 0);
  EXPECT_TRUE(lanes.withdraw(7));
}

TEST_F(DispatchTest, FromAndToARankThatHasJoinedRankZeroSendsWhatTheVictimLetGo) {
  for (const auto& [victim, thief] : {std::pair{1, 3}, std::pair{3, 2}}) {
    transport.letters.clear();
    EXPECT_EQ(dispatch.steal(7, victim, thief), std::nullopt);
    expect_sent(0, victim, Operation::steal);
    EXPECT_EQ(StealOrder::parse(*transport.letters[0].message.payload).thief, 0) << "let go";
    EXPECT_EQ(dispatch.steal_answered(7, victim, true), thief);
    expect_sent(1, thief, Operation::task);
    EXPECT_EQ(dispatch.steal(7, victim, thief), std::nullopt);
    EXPECT_EQ(dispatch.steal_answered(7, victim, false), thief);
    EXPECT_EQ(transport.letters.size(), 3U) << "a chunk that is kept is not sent";
  }
}

TEST_F(DispatchTest, AKeptChunkGoesNowhere) {
  dispatch.assign(7, 1);
  EXPECT_EQ(dispatch.steal(7, 1, 0), std::nullopt);
  EXPECT_EQ(dispatch.steal_answered(7, 1, false), 0);
  EXPECT_FALSE(lanes.withdraw(7));
}

TEST_F(DispatchTest, TellsWhichChunkGetsAProcessOfItsOwn) {
  dispatch.assign(7, 1);
  dispatch.isolate(7);
  dispatch.assign(7, 2);
  EXPECT_EQ(transport.letters[0].message.attempt, 0);
  EXPECT_EQ(transport.letters[1].message.attempt, 1);
}

TEST_F(DispatchTest, CancelReachesTheRankThatRunsIt) {
  dispatch.assign(7, 0);
  dispatch.assign(7, 3);
  dispatch.cancel(7, 0);
  EXPECT_FALSE(lanes.withdraw(7));
  dispatch.cancel(7, 3);
  expect_sent(1, 3, Operation::cancel);
}

TEST_F(DispatchTest, AFinishedChunkIsNotSentAgain) {
  dispatch.drop(7);
  dispatch.assign(7, 1);
  EXPECT_TRUE(transport.letters.empty());
}

}  // namespace
}  // namespace mpienc::app
