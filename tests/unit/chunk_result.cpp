#include "mpienc/plan/chunk_result.hpp"

#include <gtest/gtest.h>

namespace mpienc {
namespace {

Bytes bytes(std::size_t count) { return Bytes(count, std::byte{7}); }

ChunkResult result_with(decltype(ChunkResult::data) data) {
  ChunkResult result;
  result.index = 3;
  result.units = 441'000;
  result.damaged_frames = 4;
  result.decode_errors = 5;
  result.cpu_seconds = 1.5;
  result.wall_seconds = 2.5;
  result.data = std::move(data);
  return result;
}

std::vector<ChunkResult> one_of_each_kind() {
  EncodedChunk video;
  video.index = 3;
  video.packets.push_back({0, true, bytes(10)});
  video.frames.push_back({0, 3600});
  Mp3Chunk repacked, finished;
  repacked.frames.frames.resize(2);
  repacked.frames.main = bytes(12);
  finished.data = bytes(13);
  finished.tag = bytes(100);
  return {result_with(video), result_with(FlacChunk{3, 441'000, bytes(11), {5, 6}}), result_with(repacked),
          result_with(finished),
          result_with(FileResult{3, {{5, "no codec", 7, 8, 0.5, {}}, {0, "", 9, 14, 1.5, bytes(14)}}})};
}

TEST(ChunkResult, OfEachKindArrivesAsItWasSent) {
  for (const auto& sent : one_of_each_kind()) {
    const auto message = sent.serialise();
    const auto got = ChunkResult::parse(message);
    EXPECT_EQ(got.data.index(), sent.data.index());
    EXPECT_EQ(got.index, 3);
    EXPECT_EQ(got.units, 441'000);
    EXPECT_EQ(got.damaged_frames, 4);
    EXPECT_EQ(got.decode_errors, 5);
    EXPECT_EQ(got.cpu_seconds, 1.5);
    EXPECT_EQ(got.wall_seconds, 2.5);
    EXPECT_EQ(got.serialise(), message);
  }
}

TEST(ChunkResult, CountsTheBytesThatItsEncoderMade) {
  std::vector<std::int64_t> counts;
  for (const auto& result : one_of_each_kind()) counts.push_back(result.payload_bytes());
  EXPECT_EQ(counts, (std::vector<std::int64_t>{10, 11, 12, 13, 14}));
}

TEST(ChunkResult, OfVideoCountsWhatTheChunkCounts) {
  EncodedChunk chunk;
  chunk.index = 9;
  chunk.frames.resize(250);
  chunk.damaged_frames = 2;
  chunk.decode_errors = 1;
  const ChunkResult result(chunk);
  EXPECT_EQ(result.index, 9);
  EXPECT_EQ(result.units, 250);
  EXPECT_EQ(result.damaged_frames, 2);
  EXPECT_EQ(result.decode_errors, 1);
}

TEST(ChunkResult, ThatIsShortOrOfNoKindIsRefused) {
  const auto refused = [](std::span<const std::byte> message) {
    try {
      static_cast<void>(ChunkResult::parse(message));
    } catch (const Error& error) {
      return error.status() == ExitStatus::cluster;
    }
    return false;
  };
  for (const auto& sent : one_of_each_kind()) {
    auto message = sent.serialise();
    for (std::size_t size = 0; size < message.size(); ++size) {
      EXPECT_TRUE(refused(std::span(message).first(size))) << sent.data.index() << ", " << size << " bytes";
    }
    message[0] = std::byte{4};
    EXPECT_TRUE(refused(message));
  }
}

}  // namespace
}  // namespace mpienc
