#include <gmock/gmock.h>

#include "mpienc/output/h264_parameter_sets.hpp"
#include "mpienc/output/video_join.hpp"

namespace mpienc::output {
namespace {

using testing::ElementsAre;

Bytes bytes(std::initializer_list<int> values) {
  Bytes result;
  for (const int value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

const Bytes sets = bytes({0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2});
const Bytes slice = bytes({0, 0, 1, 0x65, 3});

EncodedChunk chunk_of(int index, int frames, std::int64_t first_packet, const Bytes& extradata) {
  EncodedChunk chunk;
  chunk.index = index;
  chunk.extradata = extradata;
  for (int i = 0; i < frames; ++i) {
    chunk.packets.push_back({i, i == 0, slice});
    chunk.frames.push_back({first_packet + i, 0});
  }
  return chunk;
}

std::vector<PacketTime> times(int frames, std::optional<Ticks> first) {
  std::vector<PacketTime> result;
  for (int i = 0; i < frames; ++i) result.push_back({first ? MaybeTicks(*first + 40 * i) : MaybeTicks(), 40});
  return result;
}

struct Joined {
  explicit Joined(const VideoJoiner::Settings& settings = {.time_base = {1, 1000}, .h264 = true})
      : joiner(settings) {}
  void take(std::vector<av::Packet> packets) {
    for (auto& packet : packets) all.push_back(std::move(packet));
  }
  [[nodiscard]] std::vector<Ticks> pts() const {
    std::vector<Ticks> result;
    for (const auto& packet : all) result.push_back(packet->pts);
    return result;
  }
  VideoJoiner joiner;
  std::vector<av::Packet> all;
};

TEST(ReplacedChunks, TimeRunsOnWhereOneIsLeftOut) {
  for (const bool timed : {true, false}) {
    const auto at = [&](Ticks first) { return timed ? std::optional(first) : std::nullopt; };
    Joined joined;
    joined.take(joined.joiner.join(chunk_of(0, 2, 0, sets), 0, times(2, at(0))));
    joined.joiner.skip(times(3, at(80)));
    joined.take(joined.joiner.join(chunk_of(2, 2, 5, sets), 5, times(2, at(200))));
    joined.take(joined.joiner.finish());
    EXPECT_THAT(joined.pts(), ElementsAre(0, 40, 200, 240)) << timed;
    EXPECT_EQ(joined.all[1]->duration, 160) << "it stays on screen";
    EXPECT_EQ(joined.all[3]->duration, 40);
  }
}

TEST(ReplacedChunks, TheFirstAndTheLastMayBeLeftOut) {
  Joined joined;
  joined.joiner.skip(times(2, std::nullopt));
  joined.take(joined.joiner.join(chunk_of(1, 1, 2, sets), 2, times(1, std::nullopt)));
  joined.joiner.skip(times(2, std::nullopt));
  joined.take(joined.joiner.finish());
  EXPECT_THAT(joined.pts(), ElementsAre(80));
  EXPECT_EQ(joined.all[0]->duration, 120);
}

TEST(ReplacedChunks, TheEncodersParameterSetsComeBackAfterACopy) {
  Joined joined;
  joined.take(joined.joiner.join(chunk_of(0, 1, 0, sets), 0, times(1, 0)));
  joined.take(joined.joiner.join_copied(chunk_of(1, 1, 1, {}), 1, times(1, 40)));
  joined.take(joined.joiner.join(chunk_of(2, 2, 2, sets), 2, times(2, 80)));
  joined.take(joined.joiner.finish());
  std::vector<int> sizes;
  for (const auto& packet : joined.all) sizes.push_back(packet->size);
  const auto plain = static_cast<int>(slice.size()), with_sets = static_cast<int>(sets.size() + slice.size());
  EXPECT_THAT(sizes, ElementsAre(plain, plain, with_sets, plain));
  EXPECT_THAT(joined.pts(), ElementsAre(0, 40, 80, 120));
}

TEST(ReplacedChunks, ACopyIsNoSeamToCompare) {
  Joined joined;
  auto first = chunk_of(0, 1, 0, sets);
  first.next_checksum = 7;
  joined.take(joined.joiner.join(first, 0, times(1, 0)));
  joined.take(joined.joiner.join_copied(chunk_of(1, 1, 1, {}), 1, times(1, 40)));
  auto third = chunk_of(2, 1, 2, sets);
  third.first_checksum = 9;
  joined.take(joined.joiner.join(third, 2, times(1, 80)));
  EXPECT_EQ(joined.joiner.counts().seam_mismatches, 0);
}

TEST(ParameterSets, StandBehindADelimiterAndBeforeAllElse) {
  auto expected = sets;
  expected.insert(expected.end(), slice.begin(), slice.end());
  EXPECT_EQ(with_parameter_sets(sets, slice), expected);
  const auto delimiter = bytes({0, 0, 0, 1, 9, 0x10});
  auto unit = delimiter;
  unit.insert(unit.end(), slice.begin(), slice.end());
  auto with = delimiter;
  with.insert(with.end(), expected.begin(), expected.end());
  EXPECT_EQ(with_parameter_sets(sets, unit), with);
  EXPECT_EQ(with_parameter_sets({}, slice), slice);
  EXPECT_EQ(with_parameter_sets(bytes({1, 100, 0, 31}), slice), slice) << "not after start codes";
}

}  // namespace
}  // namespace mpienc::output
