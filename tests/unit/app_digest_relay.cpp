#include "mpienc/app/digest_relay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "mpienc/app/range_cutter.hpp"
#include "mpienc/net/wakeup.hpp"
#include "shared_recording.hpp"

namespace mpienc::app {
namespace {

using namespace mpienc::test;
using net::Operation;

/// Rank 0 of 3; a recording of five chunks.
struct Relay : testing::Test {
  void SetUp() override {
    path = folder.write("a.wav", noise_wav(1'300'000));
    const auto source = input::open_pcm_source(path);
    format = source->description().format;
    relay = std::make_unique<DigestRelay>(transport, format, [this] { wakeup.notify(); });
    const auto cutter = make_flac_range_cutter(range_of(path), {{}, format});
    for (; auto chunk = cutter->next({}); ++chunks) relay->planned(chunk->chunk.index, *chunk->task);
    av::PcmMd5 whole(format);
    whole.add(source->next(1'300'000));
    expected = whole.digest();
  }
  /// What a rank does with a step.
  net::Message answer(const net::Message& message) {
    DigestThread thread([this] { answered.notify(); });
    thread.submit(message.chunk, DigestStep::parse(*message.payload));
    for (;;) {
      if (auto event = thread.try_event()) {
        return {Operation::digest, event->chunk, 0,
                std::make_shared<const Bytes>(std::get<Bytes>(event->outcome))};
      }
      answered.wait_for(std::nullopt);
    }
  }
  void look_until_idle() {
    while (!relay->idle()) {
      if (!relay->look()) wakeup.wait_for(std::nullopt);
    }
  }

  PcmFolder folder;
  std::filesystem::path path;
  PcmFormat format;
  net::Wakeup wakeup, answered;
  FakeTransport transport{0, 3};
  std::unique_ptr<DigestRelay> relay;
  av::Md5Digest expected{};
  int chunks = 0, answers = 0;
};

TEST_F(Relay, PassesTheStateFromRankToRankAndThroughRankZero) {
  ASSERT_EQ(chunks, 5);
  for (int chunk = 0; chunk < chunks; ++chunk) relay->encoded(chunk, chunk % 3);
  while (!relay->idle()) {
    if (relay->look()) continue;
    const auto sent = transport.sent();
    if (!sent.empty() && sent.size() > static_cast<std::size_t>(answers)) {
      const auto& [to, message] = sent.back();
      EXPECT_EQ(to, message.chunk % 3);
      EXPECT_LT(message.payload->size(), 1000U) << "no samples travel";
      EXPECT_TRUE(relay->take(to, answer(message)));
      ++answers;
    } else {
      wakeup.wait_for(std::nullopt);
    }
  }
  EXPECT_EQ(transport.sent().size(), 3U);
  EXPECT_EQ(relay->digest(), expected);
}

TEST_F(Relay, GoesOnWithoutALostRankAndAfterDamage) {
  for (int chunk = 0; chunk < chunks; ++chunk) relay->encoded(chunk, 2);
  EXPECT_TRUE(relay->look());
  const auto first = transport.wait_for(Operation::digest, 0);
  EXPECT_FALSE(relay->take(2, {Operation::digest, 0, 0, nullptr})) << "damaged";
  EXPECT_TRUE(relay->look());
  EXPECT_EQ(transport.sent().size(), 2U) << "the same step again";
  EXPECT_TRUE(relay->take(2, answer(first.message)));
  EXPECT_TRUE(relay->take(2, answer(first.message))) << "late, and of no use";
  EXPECT_TRUE(relay->look());
  relay->lost(2);
  look_until_idle();
  EXPECT_EQ(transport.sent().size(), 3U) << "rank 0 does the rest";
  EXPECT_EQ(relay->digest(), expected);
}

TEST_F(Relay, TellsWhatRankZeroCannotRead) {
  std::filesystem::remove(path);
  relay->encoded(0, 0);
  EXPECT_THROW(look_until_idle(), Error);
}

TEST(DigestRelay, OfNothingIsThatOfNothing) {
  FakeTransport transport(0, 1);
  const PcmFormat format{44100, 2, 16, 2, 0};
  const DigestRelay relay(transport, format, [] {});
  EXPECT_TRUE(relay.idle());
  EXPECT_EQ(relay.digest(), av::PcmMd5(format).digest());
}

}  // namespace
}  // namespace mpienc::app
