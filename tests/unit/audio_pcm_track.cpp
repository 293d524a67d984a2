#include <gtest/gtest.h>

#include "audio_clip.hpp"
#include "mpienc/encode/pcm_track.hpp"

namespace mpienc {
namespace {

using namespace test;

Bytes all_of(encode::PcmTrack& track) {
  Bytes all;
  for (auto piece = track.take(); !piece.empty(); piece = track.take())
    all.insert(all.end(), piece.begin(), piece.end());
  return all;
}

Bytes pcm_of(const Clip& clip, encode::PcmTrack& track) {
  for (const auto& packet : clip.packets) track.push(*packet);
  track.finish();
  return all_of(track);
}

std::vector<double> first_channel(const Bytes& pcm, const PcmFormat& format) {
  std::vector<std::int32_t> values(pcm.size() / static_cast<std::size_t>(format.bytes));
  unpack(pcm, format, values);
  std::vector<double> samples;
  for (std::size_t i = 0; i < values.size(); i += static_cast<std::size_t>(format.channels)) {
    samples.push_back(values[i] / static_cast<double>(std::int64_t{1} << (format.bits - 1)));
  }
  return samples;
}

TEST(PcmTrack, GivesEverySample) {
  for (const auto& [codec, bits] : {std::pair{"pcm_s16le", 16}, {"pcm_s24le", 24}, {"ac3", 24}}) {
    const auto wide = std::string(codec) == "pcm_s24le" ? AV_SAMPLE_FMT_S32 : AV_SAMPLE_FMT_NONE;
    const Clip clip = make_clip(codec, 100'352, 2, 48000, wide);
    encode::PcmTrack track(clip.stream);
    const auto samples = first_channel(pcm_of(clip, track), track.format());
    EXPECT_EQ(track.format().bits, bits) << codec;
    EXPECT_EQ(static_cast<std::int64_t>(samples.size()), track.counts().samples_in) << codec;
    const std::int64_t delay = std::string(codec) == "ac3" ? 256 : 0;
    EXPECT_LT(worst_error(samples, 2000, 99'000, delay), delay > 0 ? 0.02 : 1e-4) << codec;
  }
}

TEST(PcmTrack, BecomesStereoAtARateOfMp3) {
  const Clip clip = make_clip("pcm_s16le", 96'000, 6, 96000);
  encode::PcmTrack track(clip.stream);
  const auto pcm = pcm_of(clip, track);
  EXPECT_EQ(track.format().channels, 2);
  EXPECT_EQ(track.format().rate, 48000);
  EXPECT_EQ(std::ssize(pcm), 48'000 * track.format().block_bytes());
}

TEST(PcmTrack, SilenceOfAGapIsThereOnceTaken) {
  Clip clip = make_clip("pcm_s16le", 48 * 1024);
  for (std::size_t i = 24; i < clip.packets.size(); ++i) clip.packets[i]->pts += 48000 * 60;
  clip.packets.front()->pts = 0;
  encode::PcmTrack track(clip.stream);
  for (const auto& packet : clip.packets) track.push(*packet);
  track.finish();
  std::size_t longest = 0, bytes = 0;
  for (auto piece = track.take(); !piece.empty(); piece = track.take()) {
    longest = std::max(longest, piece.size());
    bytes += piece.size();
  }
  EXPECT_EQ(bytes, 4U * (48 * 1024 + 48000 * 60));
  EXPECT_LE(longest, 4U << 16);
}

TEST(PcmTrack, KnowsWhereItBegins) {
  Clip clip = make_clip("pcm_s16le", 4096);
  for (auto& packet : clip.packets) packet->pts += 1234;
  encode::PcmTrack track(clip.stream);
  EXPECT_EQ(track.start(), 0);
  (void)pcm_of(clip, track);
  EXPECT_EQ(track.start(), 1234);
}

}  // namespace
}  // namespace mpienc
