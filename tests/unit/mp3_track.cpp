#include "mpienc/output/mp3_track.hpp"

#include <gtest/gtest.h>

#include "audio_clip.hpp"
#include "mp3_recording.hpp"
#include "mpienc/plan/mp3_silence.hpp"

namespace mpienc {
namespace {

using namespace test;

constexpr std::int64_t chunk_frames = 49;

struct Made {
  Mp3Stream stream;
  std::vector<Mp3Task> tasks;
  std::vector<Mp3Chunk> chunks;
  std::vector<std::int64_t> samples;  ///< of each chunk
};

Made make_chunks(const Recording& recording, const Mp3Settings& settings) {
  Made made;
  made.stream = encode::settle_mp3(settings, recording.format);
  plan::Mp3Cutter cutter(made.stream, chunk_frames);
  while (const auto task = cutter.next(recording.samples(), true)) {
    const auto own = task->first_frame * made.stream.samples_per_frame;
    made.samples.push_back(task->last ? recording.samples() - own
                                      : task->frames * made.stream.samples_per_frame);
    made.chunks.push_back(encode::encode_mp3_chunk(
        *task, settings, recording.format, part_of(recording, task->first_sample, task->samples), {}));
    made.tasks.push_back(*task);
  }
  return made;
}

std::vector<av::Packet> packets_of(const Made& made, int delay, Ticks start) {
  output::Mp3Track track(made.stream.samples_per_frame, delay);
  std::vector<av::Packet> all;
  for (std::size_t i = 0; i < made.chunks.size(); ++i) {
    for (auto& packet : track.add(made.chunks[i], made.samples[i], start)) all.push_back(std::move(packet));
  }
  EXPECT_TRUE(track.complete());
  return all;
}

/// Skipped at the beginning and at the end.
std::pair<std::uint32_t, std::uint32_t> skipped(const AVPacket& packet) {
  std::size_t size = 0;
  const auto* data = av_packet_get_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  if (data == nullptr) return {0, 0};
  EXPECT_EQ(size, 10U);
  std::uint32_t values[2];
  std::memcpy(values, data, sizeof values);
  return {values[0], values[1]};
}

/// Encoded whole by libavcodec's LAME.
Output serial(std::int64_t samples, int rate, Ticks start) {
  Clip clip = make_clip("pcm_s16le", samples, 2, rate);
  for (auto& packet : clip.packets) packet->pts += start;
  return run(clip, "libmp3lame");
}

class Lengths : public testing::TestWithParam<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(Mp3Track, Lengths,
                         testing::Values(1, 575, 1151, 1152, 2000, 56'448, 56'976, 60'000, 66'000, 120'000,
                                         120'577, 121'000, 121'100, 121'729, 200'003));

TEST_P(Lengths, TimesAreThoseOfLibavcodec) {
  constexpr Ticks start = 777;
  for (const int rate : {48000, 22050}) {
    const auto whole = serial(GetParam(), rate, start);
    const int delay = whole.stream.parameters->initial_padding;
    Recording recording{pcm16(rate, 2), Bytes(static_cast<std::size_t>(4 * GetParam()))};
    const auto packets = packets_of(make_chunks(recording, as_track(quality(2))), delay, start);
    ASSERT_EQ(packets.size(), whole.packets.size());
    for (std::size_t i = 0; i < packets.size(); ++i) {
      // Where a frame is padding alone, libavcodec's time comes from a queue that is empty.
      EXPECT_EQ(packets[i]->pts, packets[i]->duration > 0 ? whole.packets[i]->pts : start + GetParam()) << i;
      EXPECT_EQ(packets[i]->dts, packets[i]->pts) << i;
      EXPECT_EQ(packets[i]->duration, whole.packets[i]->duration) << i;
      EXPECT_EQ(packets[i]->flags, whole.packets[i]->flags) << i;
      EXPECT_EQ(skipped(*packets[i]), skipped(*whole.packets[i])) << i;
    }
  }
}

TEST(Mp3Track, RefusesWhatIsNotTheNextChunk) {
  const auto made = make_chunks(made_recording(48000, 2, 4), as_track(quality(2)));
  ASSERT_GE(made.chunks.size(), 3U);
  output::Mp3Track track(1152, 1105);
  EXPECT_THROW((void)track.add(made.chunks[1], made.samples[1], 0), Error);
  (void)track.add(made.chunks[0], made.samples[0], 0);
  EXPECT_THROW((void)track.add(made.chunks[0], made.samples[0], 0), Error);
  EXPECT_THROW((void)track.add(made.chunks[2], made.samples[2], 0), Error);
  auto cut_short = made.chunks[1];
  cut_short.data.resize(cut_short.data.size() - 1);
  EXPECT_THROW((void)track.add(cut_short, made.samples[1], 0), Error);
}

TEST(Mp3Track, SilenceTakesTheSameTime) {
  for (const auto& settings :
       {quality(2), constant(128), with_checksums(constant(96)), to_mono(average(64))}) {
    for (const int rate : {44100, 48000, 22050, 16000, 8000}) {
      const auto recording = made_recording(rate, 2, rate < 16000 ? 9 : 4);
      const auto made = make_chunks(recording, as_track(settings));
      auto silent = made;
      for (std::size_t i = 0; i < made.tasks.size(); ++i) {
        silent.chunks[i] = plan::silent_mp3_chunk(made.tasks[i], made.samples[i], made.stream);
      }
      const auto packets = packets_of(made, 1105, 0), silence = packets_of(silent, 1105, 0);
      ASSERT_EQ(packets.size(), silence.size());
      Bytes all;
      for (const auto& packet : silence) {
        const auto* data = reinterpret_cast<const std::byte*>(packet->data);
        all.insert(all.end(), data, data + packet->size);
      }
      const auto frames = parse_mp3_frames(all);
      EXPECT_TRUE(frames.main.empty());
      const auto header = Mp3Header::read(all), sounding = Mp3Header::read(made.chunks[0].data);
      ASSERT_TRUE(header && sounding);
      EXPECT_EQ(header->rate, rate);
      EXPECT_EQ(header->channels, sounding->channels);
      EXPECT_EQ(header->checksum, sounding->checksum);
      EXPECT_EQ(packets.back()->pts, silence.back()->pts);
      EXPECT_EQ(packets.back()->duration, silence.back()->duration);
    }
  }
}

}  // namespace
}  // namespace mpienc
