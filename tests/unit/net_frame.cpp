#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "mpienc/net/frame.hpp"

namespace mpienc::net {
namespace {

using Frames = std::vector<Bytes>;

Bytes random_bytes(std::mt19937_64& random, std::size_t size) {
  Bytes bytes(size);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::byte>(random()); });
  return bytes;
}

Message message_of(std::int32_t chunk, Bytes payload) {
  return {.operation = Operation::result,
          .chunk = chunk,
          .attempt = 3,
          .payload = std::make_shared<const Bytes>(std::move(payload))};
}

Frames split(Message message) {
  Frames frames;
  FrameSplitter splitter(std::move(message));
  while (!splitter.done()) splitter.next(frames.emplace_back());
  return frames;
}

std::string error_of(const Frames& frames, int from) {
  FrameAssembler assembler(from);
  try {
    for (const auto& frame : frames) static_cast<void>(assembler.add(frame));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::cluster);
    return error.what();
  }
  return "";
}

std::vector<std::size_t> sizes_of_interest(std::mt19937_64& random) {
  std::vector<std::size_t> sizes{0,
                                 1,
                                 kMaxFramePayload - 1,
                                 kMaxFramePayload,
                                 kMaxFramePayload + 1,
                                 2 * kMaxFramePayload,
                                 kMaxFrameBytes};
  for (int i = 0; i < 40; ++i) sizes.push_back(random() % (1U << (random() % 23)));
  return sizes;
}

TEST(Frame, AMessageOfAnySizeComesBackWhole) {
  std::mt19937_64 random(1);
  FrameAssembler assembler(5);
  std::int32_t chunk = 0;
  for (const auto size : sizes_of_interest(random)) {
    const auto payload = random_bytes(random, size);
    const auto frames = split(message_of(++chunk, payload));
    ASSERT_EQ(frames.size(), std::max<std::size_t>(1, (size + kMaxFramePayload - 1) / kMaxFramePayload));
    for (std::size_t i = 0; i < frames.size(); ++i) {
      ASSERT_LE(frames[i].size(), kMaxFrameBytes);
      const auto message = assembler.add(frames[i]);
      ASSERT_EQ(message.has_value(), i + 1 == frames.size());
      ASSERT_EQ(assembler.partial(), i + 1 < frames.size());
      if (!message) continue;
      EXPECT_EQ(message->operation, Operation::result);
      EXPECT_EQ(message->chunk, chunk);
      EXPECT_EQ(message->attempt, 3);
      ASSERT_EQ(message->payload != nullptr, size > 0);
      EXPECT_TRUE(size == 0 || *message->payload == payload) << size;
    }
  }
}

TEST(Frame, AMessageWithoutPayloadIsOneFrame) {
  const auto frames = split({.operation = Operation::quit, .chunk = -1, .attempt = 0, .payload = nullptr});
  ASSERT_EQ(frames.size(), 1U);
  FrameAssembler assembler(1);
  const auto message = assembler.add(frames[0]);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->operation, Operation::quit);
  EXPECT_EQ(message->payload, nullptr);
}

/// What came of a damaged message and of the good one after it.
struct Outcome {
  bool rejected = false;
  std::vector<Message> messages;
};

Outcome outcome_of(const Frames& frames) {
  FrameAssembler assembler(42);
  Outcome outcome;
  try {
    for (const auto& frame : frames) {
      if (auto message = assembler.add(frame)) outcome.messages.push_back(std::move(*message));
    }
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("rank 42"));
    outcome.rejected = true;
  }
  return outcome;
}

/// Flips a bit of byte `at` of frame `which`; the message after it must come through.
void expect_no_wrong_payload(Frames frames, const Frames& next, std::size_t which, std::size_t at, int bit) {
  SCOPED_TRACE(testing::Message() << "byte " << at << " of frame " << which << ", bit " << bit);
  frames[which][at] ^= static_cast<std::byte>(1U << bit);
  frames.insert(frames.end(), next.begin(), next.end());
  const auto outcome = outcome_of(frames);
  if (at < sizeof(FrameHeader)) {
    EXPECT_TRUE(outcome.rejected);
    EXPECT_TRUE(outcome.messages.empty());
    return;
  }
  ASSERT_FALSE(outcome.rejected);
  ASSERT_EQ(outcome.messages.size(), 2U);
  const auto& [hit, after] = std::pair(outcome.messages[0], outcome.messages[1]);
  EXPECT_EQ(hit.operation, Operation::result);
  EXPECT_EQ(hit.chunk, 7);
  EXPECT_EQ(hit.attempt, 3);
  EXPECT_TRUE(hit.damaged);
  EXPECT_EQ(hit.payload, nullptr);
  EXPECT_EQ(after.chunk, 8);
  EXPECT_FALSE(after.damaged);
  ASSERT_TRUE(after.payload);
  EXPECT_EQ(after.payload->size(), 100U);
}

TEST(Frame, AFlippedBitAnywhereInAShortMessageIsSeen) {
  std::mt19937_64 random(2);
  const auto next = split(message_of(8, random_bytes(random, 100)));
  for (const std::size_t size : {1, 7, 8, 300}) {
    const auto good = split(message_of(7, random_bytes(random, size)));
    for (std::size_t at = 0; at < good[0].size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) expect_no_wrong_payload(good, next, 0, at, bit);
    }
  }
}

TEST(Frame, AFlippedBitInAnyFrameOfALongMessageIsSeen) {
  std::mt19937_64 random(6);
  const auto next = split(message_of(8, random_bytes(random, 100)));
  const auto good = split(message_of(7, random_bytes(random, 5 * kMaxFramePayload / 2)));
  ASSERT_EQ(good.size(), 3U);
  for (std::size_t which = 0; which < good.size(); ++which) {
    for (std::size_t at = 0; at < sizeof(FrameHeader); ++at)
      expect_no_wrong_payload(good, next, which, at, 5);
    for (std::size_t at = sizeof(FrameHeader); at < good[which].size(); at += 1 + random() % 400) {
      expect_no_wrong_payload(good, next, which, at, static_cast<int>(random() % 8));
    }
    expect_no_wrong_payload(good, next, which, good[which].size() - 1, 7);
  }
}

TEST(Frame, ADamagedReportBetweenFramesLeavesTheRunningMessageWhole) {
  std::mt19937_64 random(7);
  const auto payload = random_bytes(random, 3 * kMaxFramePayload / 2);
  auto frames = split(message_of(7, payload));
  auto report = split({.operation = Operation::heartbeat,
                       .chunk = -1,
                       .attempt = 0,
                       .payload = std::make_shared<const Bytes>(8)})[0];
  report.back() ^= std::byte{1};
  frames.insert(frames.begin() + 1, report);
  const auto outcome = outcome_of(frames);
  ASSERT_FALSE(outcome.rejected);
  ASSERT_EQ(outcome.messages.size(), 2U);
  EXPECT_TRUE(outcome.messages[0].damaged);
  EXPECT_EQ(outcome.messages[0].operation, Operation::heartbeat);
  EXPECT_FALSE(outcome.messages[1].damaged);
  EXPECT_EQ(*outcome.messages[1].payload, payload);
}

TEST(Frame, CutMissingRepeatedAndForeignFramesAreErrors) {
  std::mt19937_64 random(3);
  const auto good = split(message_of(7, random_bytes(random, 4 * kMaxFramePayload)));
  const auto other = split(message_of(8, random_bytes(random, 4 * kMaxFramePayload)));
  EXPECT_NE(error_of({good[1]}, 9), "");
  EXPECT_NE(error_of({good[0], good[2]}, 9), "");
  EXPECT_NE(error_of({good[0], good[0]}, 9), "");
  EXPECT_NE(error_of({good[0], other[1]}, 9), "");
  EXPECT_NE(error_of({Bytes(10)}, 9), "");
  EXPECT_NE(error_of({Bytes()}, 9), "");
  for (const std::size_t keep : {39U, 40U, 41U, 59'999U}) {
    EXPECT_NE(error_of({Bytes(good[0].begin(), good[0].begin() + static_cast<std::ptrdiff_t>(keep))}, 9), "");
  }
}

Message short_message(Operation operation, std::size_t size) {
  return {.operation = operation,
          .chunk = 7,
          .attempt = 3,
          .payload = std::make_shared<const Bytes>(size, std::byte{9})};
}

TEST(Frame, AWholeReportMayComeBetweenTheFramesOfAnotherMessage) {
  std::mt19937_64 random(4);
  const auto payload = random_bytes(random, 3 * kMaxFramePayload);
  const auto frames = split(message_of(7, payload));
  FrameAssembler assembler(5);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto message = assembler.add(frames[i]);
    ASSERT_EQ(message.has_value(), i + 1 == frames.size());
    if (message) {
      EXPECT_EQ(*message->payload, payload);
      continue;
    }
    for (const std::size_t size : {std::size_t{0}, std::size_t{8}, kMaxFramePayload}) {
      const auto between = assembler.add(split(short_message(Operation::heartbeat, size)).at(0));
      ASSERT_TRUE(between);
      EXPECT_EQ(between->operation, Operation::heartbeat);
      EXPECT_EQ(between->payload ? between->payload->size() : 0, size);
      EXPECT_TRUE(assembler.partial()) << "the other message goes on";
    }
  }
}

TEST(Frame, NoOtherMessageMayComeBetween) {
  std::mt19937_64 random(5);
  const auto good = split(message_of(7, random_bytes(random, 3 * kMaxFramePayload)));
  for (const auto operation : {Operation::steal, Operation::cancel, Operation::result, Operation::bye}) {
    EXPECT_NE(error_of({good[0], split(short_message(operation, 4))[0]}, 9), "");
  }
  EXPECT_NE(error_of({good[0], split(short_message(Operation::heartbeat, 2 * kMaxFramePayload))[0]}, 9), "");
}

}  // namespace
}  // namespace mpienc::net
