#include "mpienc/output/video_join.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "mpienc/core/error.hpp"
#include "mpienc/output/h264_information_sei.hpp"

namespace mpienc::output {
namespace {

using Random = std::mt19937_64;

int draw(Random& random, int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); }

/// A stream of closed GOPs with pyramids; all of it, before it is cut into chunks.
struct Stream {
  struct Gop {
    std::vector<int> coded;  ///< display places in coded order
  };
  std::vector<Gop> gops;
  std::vector<EncodedFrame> frames;
  std::vector<PacketTime> times;
  std::vector<std::int64_t> gop_packets;  ///< first packet id of each GOP
  int depth = 2;
};

/// Display places begin .. end-1 between two anchors that are coded already; depth-first, middle first.
void add_pyramid(std::vector<int>& coded, int begin, int end) {
  if (begin >= end) return;
  const int middle = begin + (end - begin) / 2;
  coded.push_back(middle);
  for (int i = begin; i < end; ++i) {
    if (i != middle) coded.push_back(i);
  }
}

Stream random_stream(Random& random) {
  Stream stream;
  stream.depth = draw(random, 0, 2);
  Ticks pts = draw(random, -500, 500);
  const int missing = draw(random, 0, 2) * 45;
  for (int gop = draw(random, 1, 6); gop > 0; --gop) {
    const int size = draw(random, 1, 14);
    stream.gop_packets.push_back(static_cast<std::int64_t>(stream.times.size()));
    Stream::Gop coded;
    coded.coded.push_back(0);
    for (int at = 1; at < size;) {
      const int bs = std::min(stream.depth == 0   ? 0
                              : stream.depth == 1 ? draw(random, 0, 1)
                                                  : draw(random, 0, 3),
                              size - 1 - at);
      coded.coded.push_back(at + bs);
      add_pyramid(coded.coded, at, at + bs);
      at += bs + 1;
    }
    for (int i = 0; i < size; ++i) {
      const auto id = static_cast<std::int64_t>(stream.times.size());
      const bool repeats = i > 0 && draw(random, 0, 19) == 0;
      const bool unknown = draw(random, 0, 19) == 0;
      stream.frames.push_back({unknown ? -1 : repeats ? id - 1 : id, draw(random, 0, 3) == 0 ? 40 : 0});
      pts += draw(random, 0, 9) == 0 ? draw(random, -60, 200) : draw(random, 20, 60);
      stream.times.push_back(
          {draw(random, 0, 99) < missing ? MaybeTicks() : MaybeTicks(pts), draw(random, 0, 1) * 40});
    }
    stream.gops.push_back(std::move(coded));
  }
  return stream;
}

struct Out {
  Ticks pts, dts, duration;
  bool key;
  int payload;
  friend bool operator==(const Out&, const Out&) = default;
};

/// By the definitions, over the whole stream at once.
std::vector<Out> brute_force(const Stream& stream, Ticks nominal) {
  std::vector<Ticks> pts, told;
  for (std::size_t i = 0; i < stream.frames.size(); ++i) {
    const auto& frame = stream.frames[i];
    const bool known = frame.packet >= 0;
    const bool second = i > 0 && known && stream.frames[i - 1].packet == frame.packet;
    const auto* packet = known ? &stream.times[static_cast<std::size_t>(frame.packet)] : nullptr;
    if (packet != nullptr && packet->pts && !second) {
      pts.push_back(i == 0 ? *packet->pts : std::max(*packet->pts, pts.back() + 1));
    } else {
      pts.push_back(i == 0 ? 0 : pts.back() + told.back());
    }
    const auto distance = i == 0 ? nominal : pts[i] - pts[i - 1];
    const auto from_packet = packet != nullptr && packet->duration > 0 ? packet->duration : distance;
    told.push_back(frame.duration > 0 ? frame.duration : from_packet);
  }
  auto sorted = pts;
  std::sort(sorted.begin(), sorted.end());
  const auto d = static_cast<std::size_t>(stream.depth);
  const auto pivot = sorted[std::min(d, sorted.size() - 1)];
  std::vector<Out> out;
  std::size_t base = 0;
  for (const auto& gop : stream.gops) {
    for (const int place : gop.coded) {
      const auto frame = base + static_cast<std::size_t>(place);
      const auto i = out.size();
      out.push_back({pts[frame], i < d ? sorted[i] - (pivot - sorted[0]) : sorted[i - d],
                     frame + 1 < pts.size() ? pts[frame + 1] - pts[frame] : told[frame], place == 0,
                     static_cast<int>(frame)});
    }
    base += gop.coded.size();
  }
  return out;
}

Bytes payload(int value) {
  ByteWriter writer;
  writer.put(value);
  return writer.take();
}

void take(std::vector<Out>& out, const std::vector<av::Packet>& packets) {
  for (const auto& p : packets) {
    int value = -1;
    std::memcpy(&value, p->data, sizeof value);
    out.push_back({p->pts, p->dts, p->duration, (p->flags & AV_PKT_FLAG_KEY) != 0, value});
  }
}

/// Cuts the stream into chunks of whole GOPs at random.
std::vector<Out> joined(const Stream& stream, Random& random) {
  VideoJoiner joiner({.time_base = {1, 1000}, .frame_rate = {25, 1}, .reorder_depth = stream.depth});
  std::vector<Out> out;
  int index = 0;
  std::size_t base = 0;
  for (std::size_t gop = 0; gop < stream.gops.size();) {
    EncodedChunk chunk;
    chunk.index = index++;
    chunk.reorder_depth = stream.depth;
    const auto begin = base;
    const auto gops = static_cast<std::size_t>(draw(random, 1, 3));
    for (std::size_t k = 0; k < gops && gop < stream.gops.size(); ++k, ++gop) {
      for (const int place : stream.gops[gop].coded) {
        const auto frame = base + static_cast<std::size_t>(place);
        chunk.packets.push_back(
            {static_cast<std::int32_t>(frame - begin), place == 0, payload(static_cast<int>(frame))});
      }
      base += stream.gops[gop].coded.size();
    }
    const auto first = static_cast<std::ptrdiff_t>(begin), last = static_cast<std::ptrdiff_t>(base);
    chunk.frames.assign(stream.frames.begin() + first, stream.frames.begin() + last);
    take(out, joiner.join(chunk, first, {stream.times.begin() + first, stream.times.begin() + last}));
  }
  take(out, joiner.finish());
  return out;
}

TEST(VideoJoinerProperty, EqualsTheDefinitionsHoweverTheStreamIsCut) {
  Random random(20240501);
  for (int round = 0; round < 3000; ++round) {
    const auto stream = random_stream(random);
    const auto expected = brute_force(stream, 40);
    const auto out = joined(stream, random);
    ASSERT_EQ(out.size(), stream.frames.size()) << "round " << round;
    for (std::size_t i = 0; i < out.size(); ++i) {
      ASSERT_TRUE(out[i] == expected[i]) << "round " << round << " packet " << i;
      ASSERT_LE(out[i].dts, out[i].pts);
      if (i > 0) {
        ASSERT_GT(out[i].dts, out[i - 1].dts);
      }
    }
  }
}

EncodedChunk chunk_of(int index, int frames, std::int64_t first_packet = 0) {
  EncodedChunk chunk;
  chunk.index = index;
  for (int i = 0; i < frames; ++i) {
    chunk.packets.push_back({i, i == 0, payload(i)});
    chunk.frames.push_back({first_packet + i, 0});
  }
  return chunk;
}

std::vector<Ticks> pts_of(VideoJoiner& joiner, const EncodedChunk& chunk, std::vector<PacketTime> times) {
  auto packets = joiner.join(chunk, 0, times);
  for (auto& packet : joiner.finish()) packets.push_back(std::move(packet));
  std::vector<Ticks> pts;
  for (const auto& packet : packets) pts.push_back(packet->pts);
  return pts;
}

TEST(VideoJoiner, SpacesAStreamWithoutTimestampsFromZero) {
  VideoJoiner nominal({.time_base = {1, 90000}, .frame_rate = {25, 1}});
  EXPECT_THAT(pts_of(nominal, chunk_of(0, 3), std::vector<PacketTime>(3)),
              testing::ElementsAre(0, 3600, 7200));
  VideoJoiner told({.time_base = {1, 90000}, .frame_rate = {25, 1}});
  EXPECT_THAT(pts_of(told, chunk_of(0, 3), {{{}, 10}, {{}, 20}, {{}, 30}}), testing::ElementsAre(0, 10, 30));
}

TEST(VideoJoiner, NudgesAndCountsTimestampsThatDoNotRise) {
  VideoJoiner joiner({});
  EXPECT_THAT(pts_of(joiner, chunk_of(0, 4), {{100, 0}, {100, 0}, {50, 0}, {200, 0}}),
              testing::ElementsAre(100, 101, 102, 200));
  EXPECT_EQ(joiner.counts().nudged_timestamps, 2);
  EXPECT_EQ(joiner.counts().frames, 4);
}

TEST(VideoJoiner, TakesIdsOutsideTheChunkAsUnknown) {
  VideoJoiner joiner({});
  auto chunk = chunk_of(0, 3);
  chunk.frames[1].packet = 17;
  chunk.frames[2].packet = 1;
  EXPECT_THAT(pts_of(joiner, chunk, {{1000, 40}, {1080, 40}}), testing::ElementsAre(1000, 1040, 1080));
}

TEST(VideoJoiner, CountsSeamsThatDiffer) {
  VideoJoiner joiner({});
  const std::uint32_t sums[][2] = {{1, 5}, {5, 6}, {7, 0}, {9, 0}};
  for (int i = 0; i < 4; ++i) {
    auto chunk = chunk_of(i, 2);
    chunk.first_checksum = sums[i][0];
    chunk.next_checksum = sums[i][1];
    static_cast<void>(joiner.join(chunk, 0, std::vector<PacketTime>(2)));
  }
  EXPECT_EQ(joiner.counts().seam_mismatches, 1);
}

std::string codec_error_of(const EncodedChunk& second) {
  VideoJoiner joiner({});
  static_cast<void>(joiner.join(chunk_of(3, 2), 0, std::vector<PacketTime>(2)));
  try {
    static_cast<void>(joiner.join(second, 2, std::vector<PacketTime>(2)));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::codec);
    return error.what();
  }
  return "no error";
}

TEST(VideoJoiner, RefusesChunksThatDoNotFit) {
  auto other = chunk_of(4, 2);
  other.extradata = payload(1);
  EXPECT_THAT(codec_error_of(other),
              testing::AllOf(testing::HasSubstr("chunk 4"), testing::HasSubstr("chunk 3")));
  auto deep = chunk_of(4, 2);
  deep.reorder_depth = 1;
  EXPECT_THAT(codec_error_of(deep), testing::HasSubstr("reorders"));
  auto twice = chunk_of(4, 2);
  twice.packets[1].frame = 0;
  EXPECT_THAT(codec_error_of(twice), testing::HasSubstr("no frame"));
}

Bytes bytes(std::initializer_list<int> values) {
  Bytes result;
  for (const int value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

Bytes with_information(int uuid_start, bool long_code) {
  auto unit = long_code ? bytes({0, 0, 0, 1, 6, 5, 18}) : bytes({0, 0, 1, 6, 5, 18});
  const auto uuid = bytes({uuid_start, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7, 0x96, 0x2c, 0xd8, 0x20, 0xd9,
                           0x23, 0xee, 0xef, 'x', 0, 0x80});
  unit.insert(unit.end(), uuid.begin(), uuid.end());
  return unit;
}

TEST(InformationSei, GoesAndLeavesTheRest) {
  const auto before = bytes({0, 0, 0, 1, 9, 16});
  const auto slice = bytes({0, 0, 1, 0x65, 1, 2, 3});
  for (const bool long_code : {false, true}) {
    for (const int start : {0xdc, 0xdd}) {
      auto unit = before;
      const auto sei = with_information(start, long_code);
      unit.insert(unit.end(), sei.begin(), sei.end());
      unit.insert(unit.end(), slice.begin(), slice.end());
      auto without = before;
      without.insert(without.end(), slice.begin(), slice.end());
      EXPECT_EQ(without_information_sei(unit), start == 0xdc ? without : unit);
    }
  }
  EXPECT_EQ(without_information_sei({}), Bytes());
  EXPECT_EQ(without_information_sei(slice), slice);
}

TEST(VideoJoiner, KeepsTheInformationSeiOfTheFirstChunkOnly) {
  VideoJoiner joiner({.h264 = true});
  std::vector<int> sizes;
  for (int i = 0; i < 2; ++i) {
    auto chunk = chunk_of(i, 1);
    chunk.packets[0].data = with_information(0xdc, true);
    const auto slice = bytes({0, 0, 1, 0x65, 1});
    chunk.packets[0].data.insert(chunk.packets[0].data.end(), slice.begin(), slice.end());
    for (const auto& packet : joiner.join(chunk, 0, std::vector<PacketTime>(1)))
      sizes.push_back(packet->size);
  }
  for (const auto& packet : joiner.finish()) sizes.push_back(packet->size);
  EXPECT_THAT(sizes, testing::ElementsAre(31, 5));
}

}  // namespace
}  // namespace mpienc::output
