#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "mpienc/encode/video_settings.hpp"
#include "mpienc/encode/video_task.hpp"
#include "mpienc/plan/encoded_chunk.hpp"

namespace mpienc::encode {
namespace {

Bytes random_bytes(std::mt19937_64& random, std::size_t most) {
  Bytes bytes(random() % (most + 1));
  for (auto& byte : bytes) byte = static_cast<std::byte>(random() % 256);
  return bytes;
}

av::Packet random_packet(std::mt19937_64& random) {
  auto packet = av::make_packet();
  const auto data = random_bytes(random, 300);
  EXPECT_EQ(av_new_packet(packet.get(), static_cast<int>(data.size())), 0);
  if (!data.empty()) std::memcpy(packet->data, data.data(), data.size());
  packet->pts = random() % 3 == 0 ? AV_NOPTS_VALUE : static_cast<std::int64_t>(random() % 100000);
  packet->dts = random() % 3 == 0 ? AV_NOPTS_VALUE : -static_cast<std::int64_t>(random() % 100000);
  packet->duration = static_cast<std::int64_t>(random() % 4000);
  packet->flags = static_cast<int>(random() % 8);
  if (random() % 2 == 0) {
    auto* side = av_packet_new_side_data(packet.get(), AV_PKT_DATA_NEW_EXTRADATA, 7);
    std::memcpy(side, "extra 7", 7);
  }
  return packet;
}

TEST(VideoTask, ArrivesAsItWasSent) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 100; ++round) {
    VideoTask task;
    task.chunk = {
        static_cast<int>(random() % 100), 7, 9 + static_cast<std::int64_t>(random() % 100), 1.25, 9.5, 4711};
    task.first = random() % 2 == 0;
    task.last = random() % 2 == 0;
    task.own_leading = static_cast<std::int64_t>(random() % 5);
    auto source = av::make_codec_parameters();
    source->codec_type = AVMEDIA_TYPE_VIDEO;
    source->codec_id = AV_CODEC_ID_MPEG2VIDEO;
    source->width = 720;
    source->height = 576;
    source->video_delay = 2;
    source->field_order = AV_FIELD_TT;
    source->color_space = AVCOL_SPC_BT470BG;
    const auto extradata = random_bytes(random, 50);
    if (!extradata.empty()) {
      source->extradata =
          static_cast<std::uint8_t*>(av_mallocz(extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
      std::memcpy(source->extradata, extradata.data(), extradata.size());
      source->extradata_size = static_cast<int>(extradata.size());
    }
    task.source = std::move(source);
    task.time_base = {1, 90000};
    for (auto packets = random() % 10; packets > 0; --packets) {
      task.packets.push_back(random_packet(random));
      task.times.push_back(
          {random() % 2 == 0 ? MaybeTicks{} : MaybeTicks{-5}, static_cast<Ticks>(random() % 9)});
    }

    const auto arrived = VideoTask::parse(task.serialise());
    EXPECT_EQ(arrived.chunk.index, task.chunk.index);
    EXPECT_EQ(arrived.chunk.first_packet, task.chunk.first_packet);
    EXPECT_EQ(arrived.chunk.end_packet, task.chunk.end_packet);
    EXPECT_EQ(arrived.chunk.start_seconds, task.chunk.start_seconds);
    EXPECT_EQ(arrived.chunk.end_seconds, task.chunk.end_seconds);
    EXPECT_EQ(arrived.chunk.bytes, task.chunk.bytes);
    EXPECT_EQ(arrived.first, task.first);
    EXPECT_EQ(arrived.last, task.last);
    EXPECT_EQ(arrived.own_leading, task.own_leading);
    EXPECT_EQ(arrived.time_base, task.time_base);
    const auto &before = *task.source, &after = *arrived.source;
    EXPECT_EQ(after.codec_id, before.codec_id);
    EXPECT_EQ(after.width, before.width);
    EXPECT_EQ(after.height, before.height);
    EXPECT_EQ(after.video_delay, before.video_delay);
    EXPECT_EQ(after.field_order, before.field_order);
    EXPECT_EQ(after.color_space, before.color_space);
    ASSERT_EQ(after.extradata_size, before.extradata_size);
    if (after.extradata_size > 0) {
      EXPECT_EQ(std::memcmp(after.extradata, before.extradata, extradata.size()), 0);
    }
    ASSERT_EQ(arrived.packets.size(), task.packets.size());
    ASSERT_EQ(arrived.times.size(), task.times.size());
    for (std::size_t i = 0; i < task.packets.size(); ++i) {
      const auto &sent = *task.packets[i], &got = *arrived.packets[i];
      ASSERT_EQ(got.size, sent.size);
      EXPECT_EQ(std::memcmp(got.data, sent.data, static_cast<std::size_t>(sent.size)), 0);
      EXPECT_EQ(got.pts, sent.pts);
      EXPECT_EQ(got.dts, sent.dts);
      EXPECT_EQ(got.duration, sent.duration);
      EXPECT_EQ(got.flags, sent.flags);
      ASSERT_EQ(got.side_data_elems, sent.side_data_elems);
      if (sent.side_data_elems > 0) {
        EXPECT_EQ(got.side_data[0].type, sent.side_data[0].type);
        EXPECT_EQ(std::memcmp(got.side_data[0].data, "extra 7", 7), 0);
      }
      EXPECT_EQ(arrived.times[i].pts, task.times[i].pts);
      EXPECT_EQ(arrived.times[i].duration, task.times[i].duration);
    }
  }
}

TEST(VideoSettings, ArriveAsTheyWereSent) {
  VideoSettings s;
  s.options = {"libx265", 18.5, "slow", "grain", "main10", "yuv420p10le", "me=umh:ref=5", "sse2", false};
  s.width = 720;
  s.height = 576;
  s.pixel_format = 3;
  s.time_base = {1, 90000};
  s.encoder_time_base = {1001, 30000};
  s.counts_frames = true;
  s.frame_rate = {30000, 1001};
  s.sample_aspect = {64, 45};
  s.color_range = 1;
  s.color_primaries = 2;
  s.color_transfer = 4;
  s.color_space = 5;
  s.chroma_location = 6;
  s.interlaced = true;
  s.top_field_first = false;
  s.filters = "transpose=clock";
  s.hdr_parameters = "cll=1000,400";
  const auto got = VideoSettings::parse(s.serialise());
  EXPECT_EQ(got.options.codec, "libx265");
  EXPECT_EQ(got.options.crf, 18.5);
  EXPECT_EQ(got.options.preset, "slow");
  EXPECT_EQ(got.options.tune, "grain");
  EXPECT_EQ(got.options.profile, "main10");
  EXPECT_EQ(got.options.pix_fmt, "yuv420p10le");
  EXPECT_EQ(got.options.encoder_options, "me=umh:ref=5");
  EXPECT_EQ(got.options.simd, "sse2");
  EXPECT_FALSE(got.options.global_header);
  EXPECT_EQ(got.width, 720);
  EXPECT_EQ(got.height, 576);
  EXPECT_EQ(got.pixel_format, 3);
  EXPECT_EQ(got.time_base, s.time_base);
  EXPECT_EQ(got.encoder_time_base, s.encoder_time_base);
  EXPECT_TRUE(got.counts_frames);
  EXPECT_EQ(got.frame_rate, s.frame_rate);
  EXPECT_EQ(got.sample_aspect, s.sample_aspect);
  EXPECT_EQ(got.color_range, 1);
  EXPECT_EQ(got.color_primaries, 2);
  EXPECT_EQ(got.color_transfer, 4);
  EXPECT_EQ(got.color_space, 5);
  EXPECT_EQ(got.chroma_location, 6);
  EXPECT_TRUE(got.interlaced);
  EXPECT_FALSE(got.top_field_first);
  EXPECT_EQ(got.filters, "transpose=clock");
  EXPECT_EQ(got.hdr_parameters, "cll=1000,400");

  s.options.crf.reset();
  EXPECT_FALSE(VideoSettings::parse(s.serialise()).options.crf.has_value());
}

TEST(EncodedChunk, ArrivesAsItWasSent) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 100; ++round) {
    EncodedChunk chunk;
    chunk.index = static_cast<std::int32_t>(random() % 1000);
    chunk.reorder_depth = 2;
    chunk.extradata = random_bytes(random, 60);
    for (auto left = random() % 20; left > 0; --left) {
      chunk.packets.push_back({static_cast<std::int32_t>(left), left % 5 == 0, random_bytes(random, 200)});
      chunk.frames.push_back({static_cast<std::int64_t>(left) - 1, 3600});
    }
    chunk.damaged_frames = 3;
    chunk.decode_errors = 4;
    chunk.first_checksum = 0xdeadbeef;
    chunk.next_checksum = 0xcafe;
    const auto bytes = chunk.serialise();
    const auto got = EncodedChunk::parse(bytes);
    EXPECT_EQ(got.serialise(), bytes);
    EXPECT_EQ(got.index, chunk.index);
    EXPECT_EQ(got.reorder_depth, 2);
    EXPECT_EQ(got.extradata, chunk.extradata);
    ASSERT_EQ(got.packets.size(), chunk.packets.size());
    ASSERT_EQ(got.frames.size(), chunk.frames.size());
    for (std::size_t i = 0; i < got.packets.size(); ++i) {
      EXPECT_EQ(got.packets[i].frame, chunk.packets[i].frame);
      EXPECT_EQ(got.packets[i].key, chunk.packets[i].key);
      EXPECT_EQ(got.packets[i].data, chunk.packets[i].data);
      EXPECT_EQ(got.frames[i].packet, chunk.frames[i].packet);
      EXPECT_EQ(got.frames[i].duration, 3600);
    }
    EXPECT_EQ(got.damaged_frames, 3);
    EXPECT_EQ(got.decode_errors, 4);
    EXPECT_EQ(got.first_checksum, 0xdeadbeef);
    EXPECT_EQ(got.next_checksum, 0xcafeU);
    if (bytes.size() > 1) {
      EXPECT_THROW(static_cast<void>(EncodedChunk::parse(std::span(bytes).first(random() % bytes.size()))),
                   Error);
    }
  }
}

}  // namespace
}  // namespace mpienc::encode
