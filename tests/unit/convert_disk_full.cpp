#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "convert_song.hpp"
#include "flac_program.hpp"

namespace mpienc {
namespace {

/// No file of this process may become longer; writing fails with EFBIG.
class FileLimit {
 public:
  explicit FileLimit(std::int64_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    auto limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(bytes);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

/// With a picture longer than the sound, so that most limits are met while the tags are written.
TEST(ConvertDiskFull, FailsTheOutputAndLeavesNothing) {
  if (!test::flac_is_installed()) GTEST_SKIP() << "the flac program is not installed";
  const test::Scratch in;
  const auto format = test::wav_format(44100, 2, 16);
  const auto pcm = test::pcm_of(format, 22050, test::sine());
  test::write_wav(in / "in.wav", format, pcm, pcm.size());
  std::ofstream(in / "c.png", std::ios::binary) << "\x89PNG\r\n\x1a\n" << std::string(200'000, 'p');
  ASSERT_EQ(test::run_flac("-T TITLE=a --picture='3|image/png|c|1x1x8|" + (in / "c.png").string() + "'",
                           in / "in.wav", in / "in.flac"),
            "");
  const std::vector<test::Wanted> all{{"mp3", "", "a.mp3"},
                                      {"flac", "", "a.flac"},
                                      {"vorbis", "", "a.ogg"},
                                      {"opus", "", "a.opus"},
                                      {"aac", "", "a.m4a"},
                                      {"ffmpeg:wavpack", "", "a.wv"},
                                      {"ffmpeg:tta", "", "a.tta"},
                                      {"ffmpeg:pcm_s16le", "", "a.wav"},
                                      {"ffmpeg:pcm_s16be", "", "a.aiff"},
                                      {"ffmpeg:wmav2", "", "a.wma"},
                                      {"ffmpeg:flac", "", "a.mka"},
                                      {"ffmpeg:libmp3lame", "", "b.mp3"}};
  for (const auto& wanted : all) {
    const test::Scratch out;
    const auto whole = test::convert_song(in / "in.flac", out, {wanted}).front();
    ASSERT_EQ(whole.status, ExitStatus::success) << wanted.name << ": " << whole.reason;
    ASSERT_GT(whole.bytes, 200'000) << wanted.name;
    std::filesystem::remove(out / wanted.name);
    for (const auto limit :
         {whole.bytes / 20, whole.bytes / 3, whole.bytes / 2, whole.bytes - 1000, whole.bytes - 1}) {
      const FileLimit limited(limit);
      const auto result = test::convert_song(in / "in.flac", out, {wanted}).front();
      EXPECT_EQ(result.status, ExitStatus::output) << wanted.name << " " << limit << ": " << result.reason;
      EXPECT_THAT(test::names_in(out.folder()), testing::IsEmpty()) << wanted.name << " " << limit;
    }
  }
}

}  // namespace
}  // namespace mpienc
