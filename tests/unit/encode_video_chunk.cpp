#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "mpienc/encode/video_chunk.hpp"
#include "mpienc/encode/video_encoder.hpp"
#include "video_source.hpp"

namespace mpienc::encode {
namespace {

using test::SourceClip;

/// Keys every 20 frames with leading pictures before them in display order, and a strict pyramid.
const SourceClip& open_gop_clip() {
  static const auto clip = test::h264_clip(
      100, "open-gop=1:keyint=20:min-keyint=20:scenecut=0:bframes=3:b-adapt=0:b-pyramid=normal");
  return clip;
}

std::int64_t leading_after(const SourceClip& clip, std::size_t key) {
  std::int64_t count = 0;
  for (auto i = key + 1; i < clip.packets.size() && clip.packets[i]->pts < clip.packets[key]->pts; ++i)
    ++count;
  return count;
}

/// Cuts at every `every`th key: to its key's end and the next key with its leading pictures.
std::vector<VideoTask> cut_by_hand(const SourceClip& clip, int every) {
  std::vector<std::size_t> keys;
  int seen = 0;
  for (std::size_t i = 0; i < clip.packets.size(); ++i) {
    if ((clip.packets[i]->flags & AV_PKT_FLAG_KEY) != 0 && seen++ % every == 0) keys.push_back(i);
  }
  std::vector<VideoTask> tasks;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    VideoTask task;
    task.first = k == 0;
    task.last = k + 1 == keys.size();
    const auto end = task.last ? clip.packets.size() : keys[k + 1];
    const auto tail = task.last ? 0 : 1 + static_cast<std::size_t>(leading_after(clip, keys[k + 1]));
    task.chunk.index = static_cast<int>(k);
    task.chunk.first_packet = static_cast<std::int64_t>(keys[k]);
    task.chunk.end_packet = static_cast<std::int64_t>(end);
    task.own_leading = task.first ? 0 : leading_after(clip, keys[k]);
    task.source = av::clone(*clip.stream.parameters);
    task.time_base = clip.stream.time_base;
    for (auto i = keys[k]; i < end + tail; ++i) {
      task.packets.push_back(av::clone(*clip.packets[i]));
      task.times.push_back({clip.packets[i]->pts, clip.packets[i]->duration});
    }
    tasks.push_back(std::move(task));
  }
  return tasks;
}

VideoSettings lossless_settings(const SourceClip& clip) {
  VideoOptions options;
  options.preset = "veryfast";
  options.encoder_options = "qp=0";
  options.simd = "sse2";
  const auto first = test::made_frame(0, 352, 288, AV_PIX_FMT_YUV420P);
  return settle_video(options, clip.stream, *first, false);
}

EncodedChunk encode(const VideoTask& task, const VideoSettings& settings) {
  std::atomic<std::int64_t> frames = 0;
  auto chunk = encode_video_chunk(task, settings, {}, frames);
  EXPECT_EQ(frames, static_cast<std::int64_t>(chunk.frames.size()));
  return chunk;
}

std::vector<Bytes> decode(const EncodedChunk& chunk, const VideoSettings& settings) {
  const auto parameters = VideoEncoder(settings).parameters();
  std::vector<av::Packet> packets;
  for (const auto& encoded : chunk.packets) {
    auto packet = av::make_packet();
    EXPECT_EQ(av_new_packet(packet.get(), static_cast<int>(encoded.data.size())), 0);
    std::memcpy(packet->data, encoded.data.data(), encoded.data.size());
    packets.push_back(std::move(packet));
  }
  return test::decode(*parameters, packets);
}

class Chunks : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(KeysPerChunk, Chunks, testing::Values(1, 2, 5));

TEST_P(Chunks, TogetherHoldEveryFrameOfTheSerialDecodeOnceAndUnchanged) {
  const auto& clip = open_gop_clip();
  const auto settings = lossless_settings(clip);
  const auto serial = test::decode(*clip.stream.parameters, clip.packets);
  ASSERT_EQ(serial.size(), 100U);
  const auto tasks = cut_by_hand(clip, GetParam());
  ASSERT_EQ(tasks.size(), static_cast<std::size_t>((5 + GetParam() - 1) / GetParam()));
  std::vector<std::int64_t> ids;
  std::size_t at = 0;
  std::uint32_t promised = 0;
  for (const auto& task : tasks) {
    const auto chunk = encode(task, settings);
    EXPECT_EQ(chunk.index, task.chunk.index);
    EXPECT_EQ(chunk.damaged_frames, 0);
    EXPECT_EQ(chunk.decode_errors, 0);
    ASSERT_EQ(chunk.packets.size(), chunk.frames.size());
    EXPECT_TRUE(chunk.packets.front().key);
    EXPECT_EQ(chunk.packets.front().frame, 0);
    if (promised != 0) {
      EXPECT_EQ(chunk.first_checksum, promised) << "both sides decode the key alike";
    }
    promised = chunk.next_checksum;
    EXPECT_EQ(promised == 0, task.last);
    for (const auto& frame : chunk.frames) {
      ids.push_back(frame.packet);
      EXPECT_EQ(frame.duration, 1);
    }
    const auto decoded = decode(chunk, settings);
    ASSERT_EQ(decoded.size(), chunk.frames.size());
    for (const auto& frame : decoded) {
      ASSERT_LT(at, serial.size());
      ASSERT_EQ(frame, serial[at]) << "frame " << at << " in chunk " << chunk.index;
      ++at;
    }
  }
  EXPECT_EQ(at, serial.size());
  std::vector<std::int64_t> by_pts(clip.packets.size());
  for (std::size_t i = 0; i < by_pts.size(); ++i) {
    by_pts[static_cast<std::size_t>(clip.packets[i]->pts)] = static_cast<std::int64_t>(i);
  }
  EXPECT_EQ(ids, by_pts) << "frames carry the ids of their packets, in display order";
}

TEST(Chunk, IsEncodedToTheSameBytesAgainAndAfterATrip) {
  const auto& clip = open_gop_clip();
  const auto settings = lossless_settings(clip);
  const auto task = std::move(cut_by_hand(clip, 2).at(1));
  const auto sent = VideoTask::parse(task.serialise());
  const auto here = encode(task, settings);
  const auto there = encode(sent, VideoSettings::parse(settings.serialise()));
  EXPECT_EQ(here.serialise(), there.serialise());
}

TEST(Chunk, EndsEarlyWhenAskedToStop) {
  const auto& clip = open_gop_clip();
  std::stop_source stop;
  stop.request_stop();
  std::atomic<std::int64_t> frames = 0;
  const auto tasks = cut_by_hand(clip, 5);
  const auto chunk = encode_video_chunk(tasks.front(), lossless_settings(clip), stop.get_token(), frames);
  EXPECT_TRUE(chunk.packets.empty());
  EXPECT_EQ(frames, 0);
}

TEST(VideoEncoder, LeavesTheDrainWhenAskedToStop) {
  const auto settings = lossless_settings(open_gop_clip());
  VideoEncoder encoder(settings);
  auto frame = av::make_frame();
  frame->format = settings.pixel_format;
  frame->width = settings.width;
  frame->height = settings.height;
  ASSERT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
  int packets = 0;
  std::stop_source stop;
  for (frame->pts = 0; frame->pts < 20; ++frame->pts)
    encoder.encode(frame.get(), [&](const AVPacket&) { ++packets; });
  const int before = packets;
  const auto count = [&](const AVPacket&) {
    ++packets;
    stop.request_stop();
  };
  encoder.encode(nullptr, count, stop.get_token());
  EXPECT_EQ(packets, before + 1);
}

TEST(Chunk, CountsWhatTheDecoderRefuses) {
  const auto& clip = open_gop_clip();
  auto task = std::move(cut_by_hand(clip, 5).front());
  auto& damaged = task.packets[9];
  ASSERT_EQ(av_packet_make_writable(damaged.get()), 0);
  std::fill(damaged->data + 5, damaged->data + damaged->size, std::uint8_t{0xff});
  const auto chunk = encode(task, lossless_settings(clip));
  EXPECT_GT(chunk.decode_errors + chunk.damaged_frames, 0);
  EXPECT_EQ(chunk.packets.size(), chunk.frames.size());
}

}  // namespace
}  // namespace mpienc::encode
