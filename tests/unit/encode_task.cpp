#include "mpienc/encode/task.hpp"

#include <gtest/gtest.h>

#include "mpienc/encode/settings.hpp"

namespace mpienc::encode {
namespace {

VideoTask video_task() {
  VideoTask task;
  task.chunk = {4, 100, 101, 1.25, 9.5, 4711};
  auto source = av::make_codec_parameters();
  source->codec_id = AV_CODEC_ID_MPEG2VIDEO;
  task.source = std::move(source);
  auto packet = av::make_packet();
  EXPECT_EQ(av_new_packet(packet.get(), 50), 0);
  std::fill_n(packet->data, 50, std::uint8_t{3});
  task.packets.push_back(std::move(packet));
  task.times.push_back({MaybeTicks{7}, 3600});
  return task;
}

constexpr PcmFormat format{96000, 6, 20, 3, 4, true, true, 0x3F};

FlacTask flac_task() {
  FlacTask task;
  task.recording = {{8, 1024, true, true, false}, format};
  task.chunk = {5, 441'000, 4096};
  task.pcm = SharedBytes(Bytes(60, std::byte{1}));
  return task;
}

Mp3PcmTask mp3_task() {
  Mp3PcmTask task;
  Mp3Settings settings;
  settings.control = Mp3Settings::Control::constant;
  settings.bitrate = 192;
  settings.checksums = true;
  task.recording = {settings, format};
  task.task = {6, 2352, 2352, 196, 8, true, 2'483'712, 99};
  task.own_samples = 77;
  task.beside = true;
  task.pcm = SharedBytes(Bytes(70, std::byte{2}));
  return task;
}

FileTask file_task() {
  FileTask task;
  task.index = 9;
  task.path = "/music/a song.flac";
  task.root = "/lossy";
  task.carried = true;
  task.content = SharedBytes(Bytes(40, std::byte{4}));
  task.fma = false;
  task.outputs = {{"mp3", "quality=2", "mp3/a song.mp3"}, {"test", "", "test/a song.ana"}};
  return task;
}

Bytes copy_of(const Task& task) {
  const auto pcm = pcm_of(task);
  return {pcm.begin(), pcm.end()};
}

Task parsed(std::span<const std::byte> message) { return parse_task(message, nullptr); }

std::vector<Task> one_of_each_kind() {
  std::vector<Task> tasks;
  tasks.emplace_back(video_task());
  tasks.emplace_back(flac_task());
  tasks.emplace_back(mp3_task());
  tasks.emplace_back(file_task());
  return tasks;
}

template <class Parse>
bool refused(std::span<const std::byte> message, Parse parse) {
  try {
    static_cast<void>(parse(message));
  } catch (const Error& error) {
    return error.status() == ExitStatus::cluster;
  }
  return false;
}

TEST(Task, OfEachKindArrivesAsItWasSent) {
  for (const auto& sent : one_of_each_kind()) {
    const auto message = serialise(sent);
    const auto got = parsed(message);
    EXPECT_EQ(got.index(), sent.index());
    EXPECT_EQ(serialise(got), message);
  }
  const auto flac_message = serialise(flac_task());
  const auto flac = std::get<FlacTask>(parsed(flac_message));
  EXPECT_EQ(flac.recording.settings, flac_task().recording.settings);
  EXPECT_EQ(flac.recording.format, format);
  EXPECT_EQ(flac.chunk, flac_task().chunk);
  EXPECT_EQ(copy_of(flac), copy_of(flac_task()));
  const auto mp3_message = serialise(mp3_task());
  const auto mp3 = std::get<Mp3PcmTask>(parsed(mp3_message));
  EXPECT_EQ(mp3.recording.settings, mp3_task().recording.settings);
  EXPECT_EQ(mp3.recording.format, format);
  EXPECT_EQ(mp3.task, mp3_task().task);
  EXPECT_EQ(mp3.own_samples, 77);
  EXPECT_TRUE(mp3.beside);
  EXPECT_EQ(mp3.counted_samples(), 0);
  EXPECT_EQ(copy_of(mp3), copy_of(mp3_task()));
}

TEST(Task, HasSamplesOnlyOfAudio) {
  const auto tasks = one_of_each_kind();
  EXPECT_EQ(pcm_of(tasks[0]).size(), 0U);
  EXPECT_EQ(pcm_of(tasks[1]).size(), 60U);
  EXPECT_EQ(pcm_of(tasks[2]).size(), 70U);
  EXPECT_EQ(pcm_of(tasks[3]).size(), 0U);
}

TEST(Task, ThatIsShortOrOfNoKindIsRefused) {
  for (const auto& sent : one_of_each_kind()) {
    auto message = serialise(sent);
    for (std::size_t size = 0; size < message.size(); ++size) {
      EXPECT_TRUE(refused(std::span(message).first(size), parsed))
          << sent.index() << ", " << size << " bytes";
    }
    message[0] = std::byte{4};
    EXPECT_TRUE(refused(message, parsed));
  }
}

TEST(Settings, ArriveAsTheyWereSentOrAreRefused) {
  VideoSettings video;
  video.width = 720;
  const auto message = serialise(video);
  EXPECT_EQ(std::get<VideoSettings>(parse_settings(message)).width, 720);
  EXPECT_TRUE(std::holds_alternative<NoVideo>(parse_settings(serialise(NoVideo()))));
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_TRUE(refused(std::span(message).first(size), parse_settings)) << size;
  }
  EXPECT_TRUE(refused(Bytes{std::byte{2}}, parse_settings));
}

}  // namespace
}  // namespace mpienc::encode
