#include "mpienc/output/track_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "output_clip.hpp"
#include "output_scratch.hpp"

namespace mpienc::output {
namespace {

using test::Clip;
using test::contents;
using test::output_of;
using test::Scratch;
using testing::HasSubstr;

FileSpec spec_for(const std::filesystem::path& path, const std::vector<const Clip*>& clips) {
  FileSpec spec;
  spec.path = path;
  for (const auto* clip : clips) spec.tracks.push_back(test::copy_of(clip->stream));
  return spec;
}

/// Feeds the tracks in an order drawn from `random`, with marks, and commits.
void write_all(TrackWriter& writer, const std::vector<const Clip*>& clips, std::mt19937_64& random) {
  std::vector<std::size_t> at(clips.size(), 0);
  std::vector<int> open;
  for (std::size_t i = 0; i < clips.size(); ++i) open.push_back(static_cast<int>(i));
  while (!open.empty()) {
    const auto pick = random() % open.size();
    const int track = open[pick];
    const auto& clip = *clips[static_cast<std::size_t>(track)];
    auto& next = at[static_cast<std::size_t>(track)];
    if (next == clip.packets.size()) {
      if (!clip.late_extradata.empty()) writer.update_extradata(track, clip.late_extradata);
      writer.end(track);
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(pick));
    } else if (random() % 4 == 0) {
      writer.advance(track, clip.packets[next]->dts);
    } else {
      writer.write(track, av::clone(*clip.packets[next++]));
    }
  }
  EXPECT_EQ(writer.held_bytes(), 0);
}

std::int64_t write_file(FileSpec spec, const std::vector<const Clip*>& clips, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  TrackWriter writer(std::move(spec));
  write_all(writer, clips, random);
  return writer.commit();
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::output);
    return error.what();
  }
  return "no error";
}

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

double number(const std::filesystem::path& file, const std::string& entry, const std::string& stream) {
  return std::stod(output_of("ffprobe -v error -of csv=p=0 -select_streams " + stream + " -show_entries " +
                             entry + " " + quoted(file)));
}

class TrackWriterFormats : public testing::TestWithParam<std::string> {};

TEST_P(TrackWriterFormats, BytesDoNotDependOnTheOrderOfArrival) {
  const auto video = test::video_clip(60);
  const auto mp3 = test::mp3_clip(2.4);
  const auto flac = test::flac_clip(2.4);
  const std::vector<const Clip*> clips{&video, &mp3, &flac};
  const Scratch scratch;
  const auto path = scratch / ("a" + GetParam());
  std::string first;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    auto spec = spec_for(path, clips);
    spec.overwrite = true;
    const auto size = write_file(std::move(spec), clips, seed);
    const auto bytes = contents(path);
    ASSERT_EQ(size, static_cast<std::int64_t>(bytes.size()));
    if (seed == 0) first = bytes;
    ASSERT_TRUE(bytes == first) << "seed " << seed;
  }
}

TEST_P(TrackWriterFormats, DecodesSilentlyWithEveryFrame) {
  const auto video = test::video_clip(60, {30000, 1001});
  const auto mp3 = test::mp3_clip(2);
  const std::vector<const Clip*> clips{&video, &mp3};
  const Scratch scratch;
  const auto path = scratch / ("a" + GetParam());
  write_file(spec_for(path, clips), clips);
  EXPECT_EQ(output_of("ffmpeg -v warning -xerror -i " + quoted(path) + " -f null -"), "");
  EXPECT_EQ(output_of("ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames,"
                      "avg_frame_rate -of csv=p=0 " +
                      quoted(path)),
            "30000/1001,60\n");
}

TEST_P(TrackWriterFormats, SoundStartsEarlierByTheEncodersPadding) {
  const auto video = test::video_clip(50);
  const auto mp3 = test::mp3_clip(2);
  const std::vector<const Clip*> clips{&video, &mp3};
  const Scratch scratch;
  const auto path = scratch / ("a" + GetParam());
  write_file(spec_for(path, clips), clips);
  const auto first_pts = [&](const std::string& stream) {
    return number(path, "packet=pts_time -read_intervals %+#1", stream);
  };
  ASSERT_GT(mp3.stream.parameters->initial_padding, 0);
  const double padding = mp3.stream.parameters->initial_padding / 44100.0;
  EXPECT_NEAR(first_pts("v") - first_pts("a"), padding, 0.001);
  if (GetParam() == ".mp4") {
    EXPECT_EQ(number(path, "stream=start_time", "v"), 0);
    EXPECT_EQ(number(path, "stream=start_time", "a"), 0);
    const auto decoded = output_of("ffmpeg -v error -i " + quoted(path) +
                                   " -map 0:a -f framemd5 - | grep -v '^#' | head -1 | cut -d, -f3");
    EXPECT_EQ(std::stoi(decoded), 0);
  } else {
    EXPECT_EQ(first_pts("a"), 0);
  }
}

TEST_P(TrackWriterFormats, LateFlacHeaderReachesTheFile) {
  const auto flac = test::flac_clip(3);
  ASSERT_EQ(flac.late_extradata.size(), 34u);
  const std::vector<const Clip*> clips{&flac};
  const Scratch scratch;
  const auto path = scratch / ("a" + GetParam());
  write_file(spec_for(path, clips), clips);
  const std::string late(reinterpret_cast<const char*>(flac.late_extradata.data()),
                         flac.late_extradata.size());
  const std::string early(reinterpret_cast<const char*>(flac.stream.parameters->extradata), 34);
  EXPECT_NE(contents(path).find(late), std::string::npos);
  EXPECT_EQ(output_of("ffmpeg -v warning -xerror -i " + quoted(path) + " -f null -"), "");
}

INSTANTIATE_TEST_SUITE_P(Containers, TrackWriterFormats, testing::Values(".mkv", ".mp4"),
                         [](const auto& format) { return format.param.substr(1); });

TEST(TrackWriter, WritesSoundAloneAndItsLateHeader) {
  const auto flac = test::flac_clip(2);
  const auto mp3 = test::mp3_clip(2);
  const Scratch scratch;
  write_file(spec_for(scratch / "a.flac", {&flac}), {&flac});
  EXPECT_EQ(output_of("flac -ts " + quoted(scratch / "a.flac")), "");
  const std::string late(reinterpret_cast<const char*>(flac.late_extradata.data()),
                         flac.late_extradata.size());
  EXPECT_EQ(contents(scratch / "a.flac").find(late), 8u);
  write_file(spec_for(scratch / "a.mp3", {&mp3}), {&mp3});
  EXPECT_EQ(output_of("ffmpeg -v warning -xerror -i " + quoted(scratch / "a.mp3") + " -f null -"), "");
}

TEST(TrackWriter, WritesPicturesAlone) {
  const auto video = test::video_clip(30);
  const Scratch scratch;
  for (const auto* name : {"a.mkv", "a.mp4", "a.ts"}) {
    write_file(spec_for(scratch / name, {&video}), {&video});
    EXPECT_EQ(output_of("ffmpeg -v warning -xerror -i " + quoted(scratch / name) + " -f null -"), "") << name;
  }
}

TEST(TrackWriter, KeepsTitlesLanguagesAndChaptersButNoNamesOfMachinesOrTimes) {
  const auto video = test::video_clip(50);
  const auto mp3 = test::mp3_clip(2);
  const std::vector<const Clip*> clips{&video, &mp3};
  const Scratch scratch;
  auto spec = spec_for(scratch / "a.mkv", clips);
  spec.metadata = {{"title", "A film"}, {"creation_time", "2001-02-03T04:05:06Z"}, {"ENCODER", "Some Tool"}};
  spec.tracks[1].metadata = {{"language", "nld"}, {"title", "Sound"}, {"BPS-eng", "123"}};
  spec.tracks[1].disposition = AV_DISPOSITION_DEFAULT;
  spec.tracks[0].sample_aspect = {16, 11};
  spec.chapters = {{0, 1000, "One"}, {1000, 2000, "Two"}};
  write_file(std::move(spec), clips);
  const auto shown =
      output_of("ffprobe -v error -show_format -show_streams -show_chapters " + quoted(scratch / "a.mkv"));
  for (const auto* kept :
       {"A film", "TAG:language=nld", "TAG:title=Sound", "TAG:title=Two", "sample_aspect_ratio=16:11"}) {
    EXPECT_THAT(shown, HasSubstr(kept));
  }
  for (const auto* gone : {"2001-02-03", "Some Tool", "BPS"}) {
    EXPECT_THAT(shown, testing::Not(HasSubstr(gone)));
  }
}

TEST(TrackWriter, KeepsSideData) {
  const auto video = test::video_clip(5);
  const Scratch scratch;
  auto spec = spec_for(scratch / "a.mp4", {&video});
  std::int32_t matrix[9] = {0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30};
  const auto* bytes = reinterpret_cast<const std::byte*>(matrix);
  spec.tracks[0].side_data[AV_PKT_DATA_DISPLAYMATRIX] = Bytes(bytes, bytes + sizeof matrix);
  write_file(std::move(spec), {&video});
  EXPECT_THAT(output_of("ffprobe -v error -show_streams " + quoted(scratch / "a.mp4")),
              HasSubstr("rotation=-90"));
}

TEST(TrackWriter, LeavesNothingBehindWithoutCommit) {
  const auto video = test::video_clip(30);
  const Scratch scratch;
  {
    TrackWriter writer(spec_for(scratch / "a.mkv", {&video}));
    writer.write(0, av::clone(*video.packets[0]));
    EXPECT_FALSE(std::filesystem::exists(scratch / "a.mkv"));
    EXPECT_FALSE(std::filesystem::is_empty(scratch.folder()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(scratch.folder()));
}

TEST(TrackWriter, RefusesAFileThatExistsBeforeAndOneThatAppearsMeanwhile) {
  const auto video = test::video_clip(10);
  const Scratch scratch;
  const auto path = scratch / "a.mkv";
  {
    TrackWriter writer(spec_for(path, {&video}));
    std::ofstream(path) << "precious";
    std::mt19937_64 random(1);
    write_all(writer, {&video}, random);
    EXPECT_THAT(error_of([&] { writer.commit(); }), HasSubstr("--overwrite"));
  }
  EXPECT_EQ(contents(path), "precious");
  EXPECT_THAT(error_of([&] { TrackWriter writer(spec_for(path, {&video})); }), HasSubstr("--overwrite"));
  EXPECT_EQ(contents(path), "precious");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.folder()), {}), 1);
}

TEST(TrackWriter, NamesTrackCodecAndAContainerThatFits) {
  const auto video = test::video_clip(5);
  const auto flac = test::flac_clip(1);
  const Scratch scratch;
  const auto webm = error_of([&] { TrackWriter writer(spec_for(scratch / "a.webm", {&video, &flac})); });
  EXPECT_THAT(webm,
              testing::AllOf(HasSubstr("track 0"), HasSubstr("webm"), HasSubstr("h264"), HasSubstr(".mkv")));
  const auto mp3 = error_of([&] { TrackWriter writer(spec_for(scratch / "a.mp3", {&flac})); });
  EXPECT_THAT(mp3, testing::AllOf(HasSubstr("mp3"), HasSubstr("flac"), HasSubstr(".mkv")));
  EXPECT_TRUE(std::filesystem::is_empty(scratch.folder()));
}

TEST(CheckOutput, SaysWhatIsWrong) {
  const Scratch scratch;
  EXPECT_NO_THROW(check_output(scratch / "a.mkv", false));
  EXPECT_THAT(error_of([&] { check_output(scratch / "none/a.mkv", false); }), HasSubstr("no folder"));
  EXPECT_THAT(error_of([&] { check_output(scratch / "a.mkw", false); }), HasSubstr(".mkv"));
  EXPECT_THAT(error_of([&] { check_output(scratch / "a", false); }), HasSubstr(".mkv"));
  EXPECT_THAT(error_of([&] { check_output(scratch / "a.m3u8", false); }), HasSubstr("one single file"));
  EXPECT_THAT(error_of([&] { check_output(scratch.folder(), true); }), HasSubstr("folder"));
  EXPECT_THAT(error_of([&] { check_output("/dev/null", true); }), HasSubstr("regular file"));
  std::ofstream(scratch / "a.mkv") << "x";
  EXPECT_THAT(error_of([&] { check_output(scratch / "a.mkv", false); }), HasSubstr("--overwrite"));
  EXPECT_NO_THROW(check_output(scratch / "a.mkv", true));
}

}  // namespace
}  // namespace mpienc::output
