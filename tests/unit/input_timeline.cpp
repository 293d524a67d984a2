#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <set>

#include "mpienc/input/timeline.hpp"

namespace mpienc::input {
namespace {

constexpr Rational base{1, 90000};
constexpr int wrap_bits = 33;
constexpr Ticks period = Ticks{1} << wrap_bits;
constexpr Ticks second = 90000;

struct TestPacket {
  int part = 0;
  Ticks truth = 0;    ///< decode time in a programme that never breaks
  Ticks arrival = 0;  ///< place in the file
  RawTimes raw;
  Ticks mended = 0;
};

/// Reads as Program does: at a break it collects until all streams broke, then opens the part.
void mend(Timeline& timeline, std::vector<TestPacket>& packets, int streams) {
  constexpr std::size_t most_held = 600;
  std::size_t placed = 0;
  const auto place = [&] {
    auto& packet = packets[placed++];
    packet.mended = *packet.raw.dts + timeline.place(packet.raw);
  };
  while (placed < packets.size()) {
    if (timeline.breaks(packets[placed].raw)) {
      std::vector<RawTimes> firsts;
      std::set<int> broken;
      std::size_t end = placed;
      for (; end < packets.size() && end - placed < most_held && static_cast<int>(broken.size()) < streams;
           ++end) {
        const auto& raw = packets[end].raw;
        if (!broken.contains(raw.stream) && timeline.breaks(raw)) {
          broken.insert(raw.stream);
          firsts.push_back(raw);
        }
      }
      timeline.open_part(firsts);
      while (placed < end) place();
    } else {
      place();
    }
  }
}

/// A programme of several parts: each begins at a random raw time, before or after where the last ended;
/// streams of different packet lengths are interleaved with skew, one has long gaps inside the parts.
class RandomProgramme {
 public:
  explicit RandomProgramme(unsigned seed)
      : random_(seed), streams_(static_cast<int>(pick(1, 4))), parts_(static_cast<int>(pick(1, 6))) {
    Ticks truth = 0;
    Ticks raw = pick(0, 2) == 0 ? period - pick(1, 30) * second : pick(0, 5000) * second;
    raw_start_ = raw;
    std::vector<Ticks> next(static_cast<std::size_t>(streams_));
    for (int stream = 0; stream < streams_; ++stream) skews_.push_back(pick(0, 40) * second / 100);
    for (int part = 0; part < parts_; ++part) {
      const Ticks end = truth + pick(8, 40) * second;
      for (int stream = 0; stream < streams_; ++stream) add(part, stream, truth, end, raw - truth, next);
      raw += end - truth;
      raw += pick(0, 1) == 0 ? -pick(2, 2000) * second : pick(13, 2000) * second;
      truth = end;
    }
    std::ranges::stable_sort(packets, {}, &TestPacket::arrival);
  }

  std::vector<TestPacket> packets;
  [[nodiscard]] int streams() const { return streams_; }
  [[nodiscard]] int parts() const { return parts_; }
  [[nodiscard]] Ticks raw_start() const { return raw_start_; }

 private:
  Ticks pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  void add(int part, int stream, Ticks begin, Ticks end, Ticks offset, std::vector<Ticks>& next) {
    const Ticks length = 1800 + 500 * stream;
    const Ticks skew = skews_[static_cast<std::size_t>(stream)];
    auto& time = next[static_cast<std::size_t>(stream)];
    const bool sparse = stream > 0 && pick(0, 2) == 0;
    for (; time < end; time += length) {
      if (sparse && time > begin + 2 * second && time < end - 2 * second) continue;
      TestPacket packet;
      packet.part = part;
      packet.truth = time;
      packet.arrival = time + skew;
      const Ticks raw = ((time + offset) % period + period) % period;
      packet.raw = {stream, base, raw + pick(0, 3) * length, raw, length};
      packets.push_back(packet);
    }
  }

  std::mt19937_64 random_;
  int streams_, parts_;
  std::vector<Ticks> skews_;
  Ticks raw_start_ = 0;
};

TEST(Timeline, MendsRestartsJumpsAndWraps) {
  int breaks = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    RandomProgramme programme(seed);
    Timeline timeline(programme.streams(), true, wrap_bits);
    timeline.open_file(programme.raw_start(), base);
    auto& packets = programme.packets;
    mend(timeline, packets, programme.streams());

    std::vector<std::optional<Ticks>> last(static_cast<std::size_t>(programme.streams()));
    std::vector<std::optional<Ticks>> shift(static_cast<std::size_t>(programme.parts()));
    std::vector<Ticks> smallest_gap(shift.size(), period);
    std::vector<int> last_part(last.size(), 0);
    for (const auto& packet : packets) {
      const auto stream = static_cast<std::size_t>(packet.raw.stream);
      const auto part = static_cast<std::size_t>(packet.part);
      if (last[stream]) {
        ASSERT_GE(packet.mended, *last[stream] - 1)
            << "seed " << seed << ": stream " << stream << " runs back";
        if (last_part[stream] != packet.part) {
          smallest_gap[part] = std::min(smallest_gap[part], packet.mended - *last[stream]);
        }
      }
      last[stream] = packet.mended + packet.raw.duration;
      last_part[stream] = packet.part;
      const Ticks moved = packet.mended - packet.truth;
      if (!shift[part]) shift[part] = moved;
      ASSERT_NEAR(static_cast<double>(moved), static_cast<double>(*shift[part]), 1)
          << "seed " << seed << ": part " << part << " is torn at stream " << stream;
    }
    for (std::size_t part = 1; part < shift.size(); ++part) {
      ++breaks;
      ASSERT_NEAR(static_cast<double>(smallest_gap[part]), 0, 2)
          << "seed " << seed << ": part " << part << " does not begin where the one before ends";
    }
  }
  EXPECT_GT(breaks, 500);
}

TEST(Timeline, LeavesLongPausesOfOneStreamAlone) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::mt19937_64 random(seed);
    Timeline timeline(2, true, wrap_bits);
    const Ticks start = static_cast<Ticks>(random() % 100000);
    timeline.open_file(start, base);
    Ticks quiet_until = 0;
    for (Ticks time = 0; time < 300 * second; time += 3600) {
      const RawTimes video{0, base, start + time, start + time, 3600};
      ASSERT_FALSE(timeline.breaks(video));
      ASSERT_EQ(timeline.place(video), -start) << "seed " << seed;
      if (time < quiet_until) continue;
      const RawTimes audio{1, base, start + time, start + time, 2160};
      ASSERT_FALSE(timeline.breaks(audio)) << "seed " << seed << " at " << time;
      ASSERT_EQ(timeline.place(audio), -start) << "seed " << seed;
      if (random() % 50 == 0) quiet_until = time + static_cast<Ticks>(random() % 120) * second;
    }
    EXPECT_EQ(timeline.mends(), 0);
  }
}

TEST(Timeline, KeepsAShortJumpAsAGap) {
  Timeline timeline(1, true, wrap_bits);
  static_cast<void>(timeline.place({0, base, 0, 0, 3600}));
  const RawTimes later{0, base, 9 * second, 9 * second, 3600};
  EXPECT_FALSE(timeline.breaks(later));
  EXPECT_EQ(timeline.place(later), 0);
}

TEST(Timeline, BreaksAtItsThresholds) {
  Timeline timeline(1, true, wrap_bits);
  static_cast<void>(timeline.place({0, base, 20 * second, 20 * second, 0}));
  EXPECT_FALSE(timeline.breaks({0, base, {}, 20 * second - 9000, 0})) << "0.1 s back";
  EXPECT_TRUE(timeline.breaks({0, base, {}, 20 * second - 9090, 0}));
  EXPECT_FALSE(timeline.breaks({0, base, {}, 30 * second, 0})) << "10 s ahead";
  EXPECT_TRUE(timeline.breaks({0, base, {}, 30 * second + 90, 0}));
  EXPECT_FALSE(timeline.breaks({0, base, {}, {}, 0})) << "no time, no break";
}

TEST(Timeline, MendsAWrapWithoutAPart) {
  Timeline timeline(1, true, wrap_bits);
  static_cast<void>(timeline.place({0, base, {}, period - 3600, 3600}));
  const RawTimes wrapped{0, base, {}, 0, 3600};
  EXPECT_FALSE(timeline.breaks(wrapped));
  EXPECT_NEAR(static_cast<double>(timeline.place(wrapped)), static_cast<double>(period), 1);
  EXPECT_EQ(timeline.mends(), 1);
}

TEST(Timeline, TrustsContainersWhoseTimesCannotJump) {
  Timeline timeline(1, false, 64);
  static_cast<void>(timeline.place({0, {1, 1000}, 50'000, 50'000, 40}));
  const RawTimes back{0, {1, 1000}, 0, 0, 40};
  EXPECT_FALSE(timeline.breaks(back));
  EXPECT_EQ(timeline.place(back), 0);
}

TEST(Timeline, ContinuesInTheNextFileWhereTheLongestStreamEnded) {
  Timeline timeline(2, false, 64);
  timeline.open_file(1000, {1, 1000});
  EXPECT_EQ(timeline.place({0, {1, 1000}, 5000, 4900, 40}), -1000);
  EXPECT_EQ(timeline.place({1, {1, 48000}, 3 * 48000, 3 * 48000, 1024}), -48000);
  timeline.open_file(500, {1, 1000});
  EXPECT_EQ(timeline.place({0, {1, 1000}, 500, 500, 40}), 4040 - 500);
  EXPECT_EQ(timeline.place({1, {1, 48000}, 24000, 24000, 1024}), rescale(4040 - 500, {1, 1000}, {1, 48000}));
}

}  // namespace
}  // namespace mpienc::input
