#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "convert_song.hpp"
#include "flac_program.hpp"

namespace mpienc {
namespace {

/// Lanes convert songs side by side in one process, with TagLib and FFmpeg in all of them.
TEST(ConvertLanes, MakeTheSameFilesAsOneAlone) {
  if (!test::flac_is_installed()) GTEST_SKIP() << "the flac program is not installed";
  const test::Scratch in;
  const auto format = test::wav_format(44100, 2, 16);
  const auto pcm = test::pcm_of(format, 30'000, test::moving_stereo());
  test::write_wav(in / "in.wav", format, pcm, pcm.size());
  std::ofstream(in / "c.png", std::ios::binary) << "\x89PNG\r\n\x1a\n" << std::string(20'000, 'p');
  ASSERT_EQ(
      test::run_flac(
          "-T TITLE=Ä -T ARTIST=A -T ARTIST=B -T TRACKNUMBER=3/12 -T ODD=x --picture='3|image/png|c|1x1x8|" +
              (in / "c.png").string() + "'",
          in / "in.wav", in / "in.flac"),
      "");
  const std::vector<test::Wanted> all{
      {"mp3", "", "a.mp3"}, {"flac", "", "a.flac"},         {"vorbis", "", "a.ogg"}, {"opus", "", "a.opus"},
      {"aac", "", "a.m4a"}, {"ffmpeg:wavpack", "", "a.wv"}, {"test", "", "a.ana"}};
  const test::Scratch alone;
  static_cast<void>(test::convert_song(in / "in.flac", alone, all));
  constexpr std::size_t lanes = 4, rounds = 4;
  std::array<test::Scratch, lanes> folders;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<std::jthread> threads;
    for (const auto& folder : folders) {
      threads.emplace_back([&] { static_cast<void>(test::convert_song(in / "in.flac", folder, all)); });
    }
    threads.clear();
    for (const auto& folder : folders) {
      for (const auto& wanted : all) {
        EXPECT_EQ(test::difference(test::contents(folder / wanted.name), test::contents(alone / wanted.name)),
                  "")
            << wanted.name;
        EXPECT_GT(std::filesystem::file_size(alone / wanted.name), 0U);
      }
    }
  }
}

}  // namespace
}  // namespace mpienc
