#include "mpienc/convert/format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mpienc/core/error.hpp"

namespace mpienc::convert {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& name, const std::string& options) {
  try {
    static_cast<void>(parse_format(name, options));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::usage) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "none";
}

TEST(ConvertFormat, HasAnExtension) {
  const std::vector<std::pair<std::string, std::string>> extensions{{"mp3", ".mp3"},
                                                                    {"flac", ".flac"},
                                                                    {"vorbis", ".ogg"},
                                                                    {"opus", ".opus"},
                                                                    {"aac", ".m4a"},
                                                                    {"test", ".ana"},
                                                                    {"ffmpeg:alac", ".m4a"},
                                                                    {"ffmpeg:wavpack", ".wv"},
                                                                    {"ffmpeg:tta", ".tta"},
                                                                    {"ffmpeg:pcm_s16le", ".wav"},
                                                                    {"ffmpeg:libmp3lame", ".mp3"},
                                                                    {"ffmpeg:truehd", ".mka"},
                                                                    {"ffmpeg:libvorbis", ".ogg"}};
  for (const auto& [name, extension] : extensions) {
    const auto options = name == "ffmpeg:truehd" ? "strict=experimental" : "";
    const auto format = parse_format(name, options);
    EXPECT_EQ(format.extension, extension) << name;
    EXPECT_EQ(format.name, name);
    EXPECT_EQ(format.options, options);
  }
}

TEST(ConvertFormat, TakesTheEncodersOptions) {
  const auto constant = parse_format("mp3", "bitrate=192k:crc=1:reservoir=0:mono=1:compression_level=7").mp3;
  EXPECT_EQ(constant.control, Mp3Settings::Control::constant);
  EXPECT_EQ(constant.bitrate, 192);
  EXPECT_TRUE(constant.checksums && constant.mono && !constant.reservoir);
  EXPECT_EQ(constant.effort, 7);
  EXPECT_EQ(parse_format("mp3", "quality=4.5").mp3.quality, 4.5);
  EXPECT_EQ(parse_format("mp3", "abr=1:bitrate=160000").mp3.control, Mp3Settings::Control::average);
  EXPECT_EQ(parse_format("flac", "compression_level=8:block=1024:exhaustive=1:precision=1").flac,
            (encode::FlacSettings{8, 1024, true, true}));
  EXPECT_EQ(parse_format("opus", "bitrate=96k:application=voip").audio.bit_rate, 96000);
  EXPECT_EQ(parse_format("vorbis", "quality=6").audio.quality, 6);
  EXPECT_EQ(parse_format("ffmpeg:wavpack", "compression_level=3").audio.options.at("compression_level"), "3");
}

TEST(ConvertFormat, ThatDoesNotExistIsRefused) {
  EXPECT_THAT(refusal("wma", ""), HasSubstr("mp3, vorbis, opus, flac, aac, test or ffmpeg:ENCODER"));
  EXPECT_THAT(refusal("ffmpeg:flca", ""), HasSubstr("did you mean flac"));
  EXPECT_THAT(refusal("ffmpeg:libx264", ""), HasSubstr("video"));
}

TEST(ConvertFormat, OptionsThatDoNotExistAreRefused) {
  EXPECT_THAT(refusal("mp3", "speed=1"), HasSubstr("options of mp3: MP3 has abr, reservoir"));
  EXPECT_THAT(refusal("flac", "quality=1"), HasSubstr("FLAC has compression_level"));
  EXPECT_THAT(refusal("opus", "speed=1"), HasSubstr("vbr"));
  EXPECT_THAT(refusal("vorbis", "vbr=on"), HasSubstr("not 'vbr'"));
  EXPECT_THAT(refusal("aac", "threads=4"), HasSubstr("not 'threads'"));
  EXPECT_THAT(refusal("ffmpeg:flac", "ar=8000"), HasSubstr("not 'ar'"));
  EXPECT_THAT(refusal("test", "a=1"), HasSubstr("it has none"));
  EXPECT_THAT(refusal("opus", "quality=3"), HasSubstr("give a bitrate"));
}

TEST(ConvertFormat, ValuesThatDoNotExistAreRefused) {
  for (const auto* text : {"quality=10", "quality=x", "quality=nan", "bitrate=100k", "bitrate=", "crc=2",
                           "abr=1", "crc", "quality=2:bitrate=128k", "crc=1:crc=1"}) {
    EXPECT_NE(refusal("mp3", text), "none") << text;
  }
  for (const auto* text : {"compression_level=9", "block=15", "exhaustive=yes"}) {
    EXPECT_NE(refusal("flac", text), "none") << text;
  }
  EXPECT_THAT(refusal("opus", "application=loud"), HasSubstr("'loud' for application"));
  EXPECT_THAT(refusal("opus", "frame_duration=11"), HasSubstr("libopus refuses"));
  EXPECT_NE(refusal("opus", "bitrate=96q"), "none");
  EXPECT_NE(refusal("aac", "quality=1:bitrate=96k"), "none");
}

}  // namespace
}  // namespace mpienc::convert
