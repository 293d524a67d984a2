#include "mpienc/output/id3.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "output_scratch.hpp"

namespace mpienc::output {
namespace {

using testing::HasSubstr;

std::string text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What ffprobe reads from a file of this tag and a silent MP3.
std::string probed(const Bytes& tag) {
  const test::Scratch scratch;
  const auto bare = scratch / "bare.mp3", tagged = scratch / "tagged.mp3";
  test::output_of(
      "ffmpeg -v error -f lavfi -i anullsrc=r=44100:cl=mono -t 0.2 -c:a libmp3lame -id3v2_version 0 '" +
      bare.string() + "'");
  std::ofstream(tagged, std::ios::binary) << text_of(tag) << test::contents(bare);
  return test::output_of(
      "ffprobe -v warning -show_entries stream=codec_name:stream_tags:format_tags -of flat '" +
      tagged.string() + "'");
}

TEST(Id3, FfprobeReadsEveryTag) {
  const std::vector<Tag> tags{{"TITLE", "Fünf Stücke"}, {"artist", "A"},       {"artist", "B"},
                              {"tracknumber", "3"},     {"tracktotal", "12"},  {"date", "1999-04-01"},
                              {"IGNR", "Chamber"},      {"catalog", "X-1"},    {"album_artist", "All"},
                              {"comment", "said"},      {"discnumber", "1/2"}, {"empty", ""}};
  const std::string seen = probed(id3v2_tag(tags, {}));
  for (const char* line : {"tags.title=\"Fünf Stücke\"", "tags.artist=\"A\"", "tags.track=\"3/12\"",
                           "tags.date=\"1999-04-01\"", "tags.genre=\"Chamber\"", "tags.catalog=\"X-1\"",
                           "tags.album_artist=\"All\"", "tags.comment=\"said\"", "tags.disc=\"1/2\""}) {
    EXPECT_THAT(seen, HasSubstr(line));
  }
  EXPECT_THAT(seen, testing::Not(HasSubstr("empty")));
  EXPECT_THAT(seen, testing::Not(HasSubstr("[mp3")));
}

TEST(Id3, CarriesAPicture) {
  const test::Scratch scratch;
  test::output_of("ffmpeg -v error -f lavfi -i color=red:s=8x8 -frames:v 1 '" +
                  (scratch / "cover.png").string() + "'");
  const std::string png = test::contents(scratch / "cover.png");
  const auto view = std::as_bytes(std::span(png));
  const std::vector<AttachedPicture> pictures{{3, "image/png", "front", {view.begin(), view.end()}}};
  const std::string seen = probed(id3v2_tag({}, pictures));
  EXPECT_THAT(seen, HasSubstr("codec_name=\"png\""));
  EXPECT_THAT(seen, HasSubstr("tags.title=\"front\""));
  EXPECT_THAT(seen, HasSubstr("Cover (front)"));
}

TEST(Id3, NothingToTellIsNoTag) {
  EXPECT_TRUE(id3v2_tag({}, {}).empty());
  const std::vector<Tag> empty{{"title", ""}};
  EXPECT_TRUE(id3v2_tag(empty, {}).empty());
}

TEST(Id3, ValuesOfOneNameShareAFrame) {
  const std::vector<Tag> tags{{"artist", "A"}, {"ARTIST", "B"}, {"artist", "A"}};
  EXPECT_THAT(text_of(id3v2_tag(tags, {})), HasSubstr(std::string("\3A\0B", 4)));
}

TEST(Id3, FramesOfOneSizeByteByByte) {
  const std::vector<Tag> tags{{"TPE1", "Me"}};
  EXPECT_EQ(text_of(id3v2_tag(tags, {})), std::string("ID3\4\0\0\0\0\0\x0dTPE1\0\0\0\3\0\0\3Me", 23));
}

}  // namespace
}  // namespace mpienc::output
