// FLAC to FLAC: what `flac` keeps of the source's metadata.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flac_assembly.hpp"

namespace mpienc {
namespace {

class FlacSource : public testing::Test {
 protected:
  static constexpr std::int64_t length = 25 * 8000;

  void SetUp() override {
    if (!test::flac_is_installed()) GTEST_SKIP() << "the flac program is not installed";
    format_ = test::wav_format(8000, 2, 16);
    pcm_ = test::pcm_of(format_, length, test::moving_stereo());
    test::write_wav(scratch_ / "in.wav", format_, pcm_, pcm_.size());
  }

  void make(const std::string& options) {
    ASSERT_EQ(test::run_flac(options, scratch_ / "in.wav", source_), "") << options;
  }
  void edit(const std::string& command) {
    ASSERT_EQ(test::output_of("metaflac " + command + " '" + source_.string() + "'"), "") << command;
  }
  void compare(const std::string& what) {
    const auto ours = scratch_ / "ours.flac", theirs = scratch_ / "theirs.flac";
    ASSERT_EQ(test::run_flac("-8", source_, theirs), "") << what;
    auto head = encode::flac_head({8}, format_, encode::read_flac_metadata(source_));
    test::assemble(ours, std::move(head), format_, pcm_, test::encode_chunks({8}, format_, pcm_));
    EXPECT_EQ(test::difference(test::contents(ours), test::contents(theirs)), "") << what;
  }
  void text(const std::string& name, const std::string& content) {
    std::ofstream(scratch_ / name) << content;
  }

  test::Scratch scratch_;
  std::filesystem::path source_ = scratch_ / "source.flac";
  PcmFormat format_;
  Bytes pcm_;
};

std::string cue(const std::string& second_track) {
  return "FILE \"in.wav\" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 0\n  TRACK 02 AUDIO\n    INDEX 01 " +
         second_track + "\n";
}

TEST_F(FlacSource, IsKeptWithItsTagsAndPadding) {
  for (const std::string options : {"-0", "-0 -T TITLE=Ähnlich -T ARTIST=x", "-0 -P 100", "-0 --no-padding",
                                    "-0 --no-seektable", "-0 -S 3s", "-0 -S 7x -S X -S X", "-0 -b 4608"}) {
    make(options);
    compare(options);
  }
}

TEST_F(FlacSource, IsKeptWithPicturesCueSheetsAndApplications) {
  text("in.cue", cue("24000"));
  const std::string png = "\x89PNG\r\n\x1a\n" + std::string(200, 'p');
  text("front.png", png);
  const auto at = [&](const std::string& name) { return (scratch_ / name).string(); };
  make("-0 --cuesheet=" + at("in.cue") + " -T A=b --picture='3|image/png|Front|20x30x24|" + at("front.png") +
       "'");
  compare("a cue sheet and a picture");
  edit("--add-padding=333");
  edit("--add-padding=777 --dont-use-padding");
  compare("several blocks of padding");
  auto bytes = test::contents(source_);
  bytes.insert(42, std::string("\x02\0\0\x0C"
                               "TEST12345678",
                               16));  // behind STREAMINFO
  std::ofstream(source_, std::ios::binary) << bytes;
  compare("an application's block");
}

TEST_F(FlacSource, IsKeptWithoutBlocks) {
  make("-0");
  edit("--remove-all --dont-use-padding");
  compare("STREAMINFO alone");
}

TEST_F(FlacSource, LosesACueSheetOfAnotherLength) {
  text("in.cue", cue("24000"));
  make("-0 --cuesheet=" + (scratch_ / "in.cue").string());
  compare("the sheet's own length");
  auto bytes = test::contents(source_);
  bytes[24] = static_cast<char>(bytes[24] - 1);  // 256 samples fewer, says STREAMINFO
  std::ofstream(source_, std::ios::binary) << bytes;
  pcm_.resize(pcm_.size() - 256 * static_cast<std::size_t>(format_.block_bytes()));
  compare("another length");
}

TEST_F(FlacSource, IsRefusedWhereTheProgramRefusesIt) {
  const auto refusal = [&](const std::string& bytes) -> std::string {
    std::ofstream(source_, std::ios::binary) << bytes;
    EXPECT_NE(test::run_flac("-0", source_, scratch_ / "theirs.flac"), "");
    try {
      static_cast<void>(encode::read_flac_metadata(source_));
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::input);
      return error.what();
    }
    return "";
  };
  make("-0");
  const auto sound = test::contents(source_);
  auto endless = sound;
  for (std::size_t i = 22; i < 26; ++i) endless[i] = 0;
  EXPECT_THAT(refusal(endless), testing::HasSubstr("does not tell its length"));
  EXPECT_THAT(refusal(std::string("ID3\3\0\0\0\0\0\0", 10) + sound), testing::HasSubstr("ID3 tag"));
  EXPECT_THAT(refusal(sound.substr(0, 100)), testing::HasSubstr("damaged"));
  EXPECT_THAT(refusal("no FLAC at all, but a longer text"), testing::HasSubstr("damaged"));
  EXPECT_THROW(static_cast<void>(encode::read_flac_metadata(scratch_ / "missing.flac")), Error);
}

TEST_F(FlacSource, MayGiveTagsAndPicturesOfAnotherContainer) {
  const auto ours = scratch_ / "ours.flac", theirs = scratch_ / "theirs.flac";
  const std::vector<Tag> tags{{"TITLE", "Ähnlich"}, {"artist", "b"}, {"TITLE", "again"}};
  const std::vector<Tag> with_illegal{tags[0],       {"Ä", "x"}, tags[1], {"A=", "x"},
                                      {"B", "\xFF"}, {"", "x"},  tags[2]};
  auto format = format_;
  format.channel_mask = 3;
  test::write_wav(scratch_ / "in.wav", format, pcm_, pcm_.size());
  ASSERT_EQ(test::run_flac("-8 --no-utf8-convert -T TITLE=Ähnlich -T artist=b -T TITLE=again",
                           scratch_ / "in.wav", theirs),
            "");
  const auto chunks = test::encode_chunks({8}, format, pcm_);
  const auto write = [&](std::span<const AttachedPicture> pictures) {
    auto blocks = encode::make_flac_blocks(with_illegal, pictures);
    test::assemble(ours, encode::flac_head({8}, format, length, std::move(blocks)), format, pcm_, chunks);
  };
  write({});
  EXPECT_EQ(test::difference(test::contents(ours), test::contents(theirs)), "");

  const AttachedPicture front{3, "image/png", "Front", Bytes(300, std::byte{7})};
  const AttachedPicture icon{1, "image/png", "Icon", Bytes(3, std::byte{7})};
  write(std::vector{front, icon, front, icon});
  const auto listed = test::output_of("metaflac --list --block-type=PICTURE '" + ours.string() + "'");
  EXPECT_THAT(listed, testing::ContainsRegex("type: 3.*image/png.*description: Front.*data length: 300"));
  EXPECT_EQ(test::output_of("flac -t --totally-silent '" + ours.string() + "' && echo sound"), "sound\n");
}

}  // namespace
}  // namespace mpienc
