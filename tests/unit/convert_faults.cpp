// Files that are faulty, outputs that cannot be written, and stops: what stays, and what is said.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "convert_song.hpp"
#include "flac_program.hpp"

namespace mpienc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ConvertFaults : public testing::Test {
 protected:
  static constexpr std::int64_t samples = 120'000;

  void SetUp() override {
    if (!test::flac_is_installed()) GTEST_SKIP() << "the flac program is not installed";
    const auto format = test::wav_format(44100, 2, 16);
    const auto pcm = test::pcm_of(format, samples, test::moving_stereo());
    test::write_wav(in_ / "sound.wav", format, pcm, pcm.size());
    ASSERT_EQ(test::run_flac("-5", in_ / "sound.wav", in_ / "sound.flac"), "");
    wav_ = test::contents(in_ / "sound.wav");
    flac_ = test::contents(in_ / "sound.flac");
  }

  /// Every format fails with the same words, nothing but the .ana stays, and that tells them.
  void expect_fault(const std::string& name, const std::string& bytes, const std::string& words) {
    std::ofstream(in_ / name, std::ios::binary) << bytes;
    const test::Scratch out;
    const auto results = test::convert_song(in_ / name, out,
                                            {{"mp3", "", "a.mp3"},
                                             {"flac", "", "a.flac"},
                                             {"opus", "", "a.opus"},
                                             {"vorbis", "", "a.ogg"},
                                             {"aac", "", "a.m4a"},
                                             {"test", "", "a.ana"}});
    ASSERT_THAT(results, SizeIs(6));
    for (const auto& result : results) {
      EXPECT_EQ(result.status, ExitStatus::input) << name;
      EXPECT_THAT(result.reason, HasSubstr((in_ / name).string() + ": " + words)) << name;
    }
    EXPECT_THAT(test::names_in(out.folder()), ElementsAre("a.ana")) << name;
    EXPECT_THAT(test::contents(out / "a.ana"), HasSubstr("fault: " + words)) << name;
  }

  test::Scratch in_;
  std::string wav_, flac_;
};

TEST_F(ConvertFaults, OfFlacFramesAreFound) {
  for (const std::size_t place : {flac_.size() / 3, flac_.size() / 2, flac_.size() - 100}) {
    auto flipped = flac_;
    flipped[place] = static_cast<char>(flipped[place] ^ 0x10);
    expect_fault("flipped.flac", flipped, "is damaged: ");
  }
}

TEST_F(ConvertFaults, OfTheMd5AreFound) {
  auto other = flac_;
  constexpr std::size_t md5_at = 26;
  other[md5_at] = static_cast<char>(other[md5_at] ^ 1);
  expect_fault("other.flac", other, "faulty FLAC");
  auto none = flac_;
  none.replace(md5_at, 16, 16, '\0');
  std::ofstream(in_ / "none.flac", std::ios::binary) << none;
  const test::Scratch out;
  EXPECT_EQ(test::convert_song(in_ / "none.flac", out, {{"test", "", "a.ana"}}).front().status,
            ExitStatus::success);
}

TEST_F(ConvertFaults, ThatAreMissingSamplesAreFound) {
  expect_fault("cut.flac", flac_.substr(0, flac_.size() * 2 / 3), "is ");
  expect_fault("cut.wav", wav_.substr(0, wav_.size() / 2), "is cut off: ");
  const test::Scratch out;
  const auto whole = test::convert_song(in_ / "sound.wav", out, {{"mp3", "", "a.mp3"}}).front();
  ASSERT_EQ(whole.status, ExitStatus::success);
  const auto mp3 = test::contents(out / "a.mp3");
  expect_fault("cut.mp3", mp3.substr(0, mp3.size() * 9 / 10), "is cut off: ");
  test::output_of("ffmpeg -v error -i '" + (in_ / "sound.wav").string() + "' -c:a aac -movflags faststart '" +
                  (out / "a.m4a").string() + "'");
  const auto mp4 = test::contents(out / "a.m4a");
  ASSERT_GT(mp4.size(), 1000U);
  expect_fault("cut.m4a", mp4.substr(0, mp4.size() * 2 / 3), "is cut off: ");
}

TEST_F(ConvertFaults, ThatAreNoAudioAreFound) {
  expect_fault("empty.flac", "", "has no audio");
  std::string text;
  for (int i = 0; i < 500; ++i) text += "no music at all\n";
  expect_fault("text.flac", text, "");
}

TEST_F(ConvertFaults, OfNoneAreNotMadeUp) {
  const test::Scratch out;
  std::ofstream(in_ / "tagged.flac", std::ios::binary) << flac_ << "TAG" << std::string(125, 'x');
  for (const auto* name : {"sound.flac", "sound.wav", "tagged.flac"}) {
    for (const auto& result :
         test::convert_song(in_ / name, out, {{"opus", "", "a.opus"}, {"test", "", "a.ana"}})) {
      EXPECT_EQ(result.status, ExitStatus::success) << result.reason;
      EXPECT_EQ(result.samples, samples);
    }
    EXPECT_THAT(test::contents(out / "a.ana"), HasSubstr("fault: none\n"));
    EXPECT_THAT(test::contents(out / "a.ana"), HasSubstr("samples: 120000\n"));
  }
  EXPECT_THAT(test::contents(out / "a.ana"), HasSubstr("md5_result: match\n"));
}

TEST_F(ConvertFaults, OfOneOutputDoNotConcernOthers) {
  const test::Scratch out;
  const auto results =
      test::convert_song(in_ / "sound.wav", out,
                         {{"mp3", "", "none/a.mp3"}, {"flac", "block=8192", "a.flac"}, {"mp3", "", "b.mp3"}});
  EXPECT_EQ(results[0].status, ExitStatus::output);
  EXPECT_EQ(results[1].status, ExitStatus::usage);
  EXPECT_EQ(results[2].status, ExitStatus::success) << results[2].reason;
  EXPECT_THAT(test::names_in(out.folder()), ElementsAre("b.mp3"));
}

TEST_F(ConvertFaults, LeaveFilesAloneThatAreNotToBeReplaced) {
  const test::Scratch out;
  std::ofstream(out / "a.mp3") << "mine";
  const std::vector<convert::Output> outputs{{convert::parse_format("mp3", ""), out / "a.mp3", false}};
  std::atomic<std::int64_t> progress = 0;
  EXPECT_EQ(convert::convert_file(in_ / "sound.wav", outputs, {}, progress).front().status,
            ExitStatus::output);
  EXPECT_EQ(test::contents(out / "a.mp3"), "mine");
  EXPECT_THAT(test::names_in(out.folder()), ElementsAre("a.mp3"));
  EXPECT_EQ(progress, samples);
}

TEST_F(ConvertFaults, AStopLeavesNothing) {
  const test::Scratch out;
  std::stop_source stop;
  stop.request_stop();
  for (const auto& result : test::convert_song(
           in_ / "sound.wav", out, {{"mp3", "", "a.mp3"}, {"test", "", "a.ana"}}, stop.get_token())) {
    EXPECT_EQ(result.status, ExitStatus::interrupted);
  }
  EXPECT_THAT(test::names_in(out.folder()), IsEmpty());
}

}  // namespace
}  // namespace mpienc
