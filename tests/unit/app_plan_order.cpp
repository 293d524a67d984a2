#include "mpienc/app/plan_order.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "mpienc/app/mp3_pcm_cutter.hpp"
#include "mpienc/app/pcm_cutter.hpp"
#include "mpienc/encode/mp3_encoder.hpp"

namespace mpienc::app {
namespace {

CutChunk chunk_of(int track, std::int64_t packet) {
  CutChunk cut;
  cut.plan.track = track;
  cut.plan.chunk.first_packet = packet;
  if (track > 0) cut.task = encode::Mp3PcmTask{};
  return cut;
}

using Names = std::vector<std::pair<int, std::int64_t>>;

Names take_all(PlanOrder& order) {
  Names names;
  while (const auto chunk = order.try_take()) {
    EXPECT_EQ(chunk->chunk.index, static_cast<int>(names.size()));
    const auto* mp3 = std::get_if<encode::Mp3PcmTask>(chunk->task.get());
    EXPECT_EQ(mp3 != nullptr ? mp3->task.index : std::get<encode::VideoTask>(*chunk->task).chunk.index,
              chunk->chunk.index);
    names.emplace_back(chunk->track, chunk->chunk.first_packet);
  }
  return names;
}

TEST(PlanOrder, IsThatOfTheReader) {
  PlanOrder order([] {});
  order.put(chunk_of(0, 0));
  auto* first = order.open();
  auto* second = order.open();
  EXPECT_FALSE(order.settled());
  order.add(second, chunk_of(2, 0));
  order.close(second);
  EXPECT_EQ(take_all(order), (Names{{0, 0}}));
  order.add(first, chunk_of(1, 0));
  const auto chunk = order.try_take();
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->chunk.index, 1);
  EXPECT_FALSE(order.try_take());
  order.close(first);
  EXPECT_TRUE(order.settled());
  EXPECT_EQ(order.try_take()->track, 2);
  EXPECT_FALSE(order.try_take());
}

/// A job of one video and two audio tracks whose threads are as fast as `random` says.
Names play(unsigned seed) {
  PlanOrder order([] {});
  std::vector<std::vector<PlanOrder::Place>> places(3);
  std::mutex mutex;
  std::atomic<bool> ended = false;
  const auto dawdle = [](std::minstd_rand& random) {
    if (random() % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 300));
  };
  std::jthread reader([&] {
    std::minstd_rand random(seed);
    for (int at = 0; at < 60; ++at) {
      dawdle(random);
      if (at % 3 == 2) order.put(chunk_of(0, at));
      for (const std::size_t track : {1U, 2U}) {
        auto* place = order.open();
        const std::lock_guard lock(mutex);
        places[track].push_back(place);
      }
    }
    ended = true;
  });
  const auto work = [&](int track) {
    std::minstd_rand random(seed + static_cast<unsigned>(track));
    for (std::size_t at = 0; at < 60;) {
      PlanOrder::Place place = nullptr;
      {
        const std::lock_guard lock(mutex);
        auto& mine = places[static_cast<std::size_t>(track)];
        if (at < mine.size()) place = mine[at];
      }
      if (place == nullptr) {
        std::this_thread::yield();
        continue;
      }
      dawdle(random);
      for (std::size_t chunk = 0; chunk < at % 4; ++chunk) {
        order.add(place, chunk_of(track, static_cast<std::int64_t>(10 * at + chunk)));
      }
      order.close(place);
      ++at;
    }
  };
  std::jthread one([&] { work(1); }), two([&] { work(2); });
  Names names;
  std::minstd_rand random(seed + 7);
  for (bool last = false; !last;) {
    last = ended && order.settled();
    while (const auto chunk = order.try_take()) {
      dawdle(random);
      EXPECT_EQ(chunk->chunk.index, static_cast<int>(names.size()));
      names.emplace_back(chunk->track, chunk->chunk.first_packet);
    }
  }
  return names;
}

TEST(PlanOrder, DependsOnNoThreadsPace) {
  const auto first = play(1);
  EXPECT_EQ(first.size(), 20U + 2 * 90);
  for (const unsigned seed : {2U, 3U, 4U, 5U}) EXPECT_EQ(play(seed), first);
}

TEST(PlanOrder, AbandonedItLetsAllGo) {
  PlanOrder order([] {});
  order.put(chunk_of(0, 0));
  auto* place = order.open();
  order.add(place, chunk_of(1, 0));
  std::jthread reader([&] { order.put(chunk_of(0, 1)); }), track([&] { order.add(place, chunk_of(1, 1)); });
  order.abandon();
}

TEST(Mp3PcmCutter, CutsAlikeHoweverThePcmComes) {
  Mp3Settings settings;
  settings.keep_rate = settings.flush_join = true;
  const PcmFormat format{.rate = 48000, .channels = 2, .bits = 16, .bytes = 2};
  const auto stream = encode::settle_mp3(settings, format);
  std::minstd_rand random(3);
  Bytes pcm(4 * 300'000);
  for (auto& byte : pcm) byte = static_cast<std::byte>(random() & 0xff);
  std::vector<Bytes> expected;
  for (const std::size_t piece : {pcm.size(), std::size_t{4}, std::size_t{40'000}}) {
    Mp3PcmCutter cutter({settings, format}, stream, 98, 100 * mp3_sample_pixels);
    std::vector<Bytes> cuts;
    std::int64_t counted = 0, packet = 0;
    const auto take = [&] {
      while (const auto cut = cutter.next()) {
        const auto& task = std::get<encode::Mp3PcmTask>(cut->task);
        const auto* from = pcm.data() + 4 * task.task.first_sample;
        EXPECT_TRUE(std::ranges::equal(encode::pcm_of(cut->task),
                                       std::span(from, static_cast<std::size_t>(4 * task.task.samples))));
        counted += task.own_samples;
        EXPECT_EQ(cut->plan.chunk.first_packet, packet);
        packet = cut->plan.chunk.end_packet;
        EXPECT_EQ(packet, counted / 100);
        cuts.push_back(encode::serialise(cut->task));
      }
    };
    for (std::size_t at = 0; at < pcm.size(); at += piece) {
      const auto length = static_cast<std::ptrdiff_t>(std::min(piece, pcm.size() - at));
      const auto from = pcm.begin() + static_cast<std::ptrdiff_t>(at);
      cutter.add(Bytes(from, from + length));
      take();
    }
    cutter.end();
    take();
    EXPECT_EQ(counted, 300'000);
    if (expected.empty()) expected = cuts;
    EXPECT_EQ(cuts, expected);
  }
  EXPECT_EQ(expected.size(), 3U);
}

}  // namespace
}  // namespace mpienc::app
