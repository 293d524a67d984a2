#include "mpienc/app/range_cutter.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "mpienc/app/shared_inputs.hpp"
#include "mpienc/encode/mp3_encoder.hpp"
#include "shared_recording.hpp"

namespace mpienc::app {
namespace {

using namespace mpienc::test;

std::vector<PlannedChunk> all_of(PcmCutter& cutter) {
  std::vector<PlannedChunk> chunks;
  while (auto chunk = cutter.next({})) chunks.push_back(std::move(*chunk));
  return chunks;
}

/// With the samples in place of their range.
encode::Task with_samples(const encode::Task& task) {
  SharedInputs inputs;
  return encode::with_pcm(task, inputs.read(*encode::range_of(task)));
}

void expect_same(const std::vector<PlannedChunk>& read, const std::vector<PlannedChunk>& ranges) {
  ASSERT_EQ(read.size(), ranges.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    const auto& chunk = ranges[i].chunk;
    const auto& work = ranges[i].work;
    const auto& task = ranges[i].task;
    EXPECT_NE(encode::range_of(*task), nullptr);
    EXPECT_LT(encode::serialise(*task).size(), 512U) << "descriptors alone travel";
    EXPECT_EQ(std::ssize(encode::serialise(*task)), chunk.bytes);
    EXPECT_EQ(encode::serialise(with_samples(*task)), encode::serialise(*read[i].task)) << i;
    EXPECT_EQ(chunk.index, read[i].chunk.index);
    EXPECT_EQ(chunk.first_packet, read[i].chunk.first_packet);
    EXPECT_EQ(chunk.end_packet, read[i].chunk.end_packet);
    EXPECT_EQ(chunk.start_seconds, read[i].chunk.start_seconds);
    EXPECT_EQ(chunk.end_seconds, read[i].chunk.end_seconds);
    EXPECT_EQ(work.frames, read[i].work.frames);
    EXPECT_EQ(work.pixels, read[i].work.pixels);
  }
}

/// Lengths around the ends of chunks.
std::vector<std::size_t> lengths_around(std::int64_t chunk) {
  std::vector<std::size_t> lengths{0, 1, 5000};
  for (const std::int64_t chunks : {1, 3}) {
    for (const std::int64_t more : {-1, 0, 1, 4607, 4608, 4908, 4909, 77777}) {
      lengths.push_back(static_cast<std::size_t>(chunks * chunk + more));
    }
  }
  return lengths;
}

TEST(RangeCutter, CutsFlacAsTheOneThatReads) {
  const PcmFolder folder;
  const encode::FlacSettings settings;
  for (const auto length : lengths_around(settings.chunk_samples(22050))) {
    const auto file = folder.write("a.wav", noise_wav(length));
    const auto source = input::open_pcm_source(file);
    const encode::FlacRecording recording{settings, source->description().format};
    const auto read = make_flac_cutter(*source, settings);
    const auto ranges = make_flac_range_cutter(range_of(file), recording);
    SCOPED_TRACE(length);
    expect_same(all_of(*read), all_of(*ranges));
  }
}

TEST(RangeCutter, CutsMp3AsTheOneThatReads) {
  const PcmFolder folder;
  for (const auto quality : {2.0, 4.0}) {
    Mp3Settings settings;
    settings.quality = quality;
    for (const auto length : lengths_around(plan::mp3_chunk_frames * 576)) {
      const auto file = folder.write("a.wav", noise_wav(length));
      const auto source = input::open_pcm_source(file);
      const encode::Mp3Recording recording{settings, source->description().format};
      auto stream = encode::settle_mp3(settings, recording.format);
      stream.joining = quality < 3 ? Mp3Joining::flush : Mp3Joining::repack;
      const auto read = make_mp3_cutter(*source, settings, stream);
      const auto ranges = make_mp3_range_cutter(range_of(file), recording, stream);
      SCOPED_TRACE(length);
      expect_same(all_of(*read), all_of(*ranges));
    }
  }
}

TEST(RangeCutter, ReadsNothing) {
  const PcmFolder folder;
  const auto file = folder.write("a.wav", noise_wav(1'300'000));
  const auto samples = range_of(file);
  const encode::FlacRecording recording{{}, input::open_pcm_source(file)->description().format};
  std::filesystem::remove(file);
  EXPECT_EQ(all_of(*make_flac_range_cutter(samples, recording)).size(), 5U);
}

}  // namespace
}  // namespace mpienc::app
