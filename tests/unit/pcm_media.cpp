#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <gtest/gtest.h>

#include "pcm_oracle.hpp"

namespace mpienc::input {
namespace {

using namespace mpienc::test;

bool is_recording(const std::filesystem::path& file) {
  constexpr std::array<std::string_view, 13> kinds = {".wav",  ".aiff", ".flac", ".m4a", ".wv",
                                                      ".tta",  ".ape",  ".mp3",  ".ogg", ".oga",
                                                      ".opus", ".mpc",  ".wma"};
  return std::ranges::find(kinds, file.extension().string()) != kinds.end();
}

/// Every recording below MPIENC_MEDIA/audio is what the ffmpeg program makes of it, or refused in one line.
TEST(PcmMedia, IsWhatFfmpegDecodes) {
  const char* media = std::getenv("MPIENC_MEDIA");
  const auto folder = std::filesystem::path(media != nullptr ? media : "") / "audio";
  if (media == nullptr || !std::filesystem::exists(folder))
    GTEST_SKIP() << "MPIENC_MEDIA names no folder with audio/";
  av::route_messages(false);
  const PcmFolder folder_of_wav;
  int same = 0, refused = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto& file = entry.path();
    if (!entry.is_regular_file() || !is_recording(file)) continue;
    SCOPED_TRACE(file);
    std::vector<std::int32_t> ours;
    int bits = 0;
    try {
      const auto source = open_pcm_source(file);
      bits = source->description().format.bits;
      ours = values_of(*source, 4096);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      ++refused;
      std::printf("refused: %s\n", error.what());
      continue;
    }
    auto theirs = ffmpeg_values(file, bits, true);
    if (theirs.empty() && file.extension() == ".flac") {  // ffmpeg before version 6 decodes no 32 bits
      output_of("flac -s -d -f -o " + quoted(folder_of_wav / "a.wav") + " " + quoted(file));
      theirs = values_of(*open_pcm_source(folder_of_wav / "a.wav"));
    }
    expect_same(ours, theirs);
    ++same;
  }
  std::printf("%d files as ffmpeg decodes them, %d refused\n", same, refused);
  EXPECT_GT(same, 0);
}

}  // namespace
}  // namespace mpienc::input
