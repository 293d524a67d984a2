#include <gtest/gtest.h>

#include <cstdlib>

#include "mp3_recording.hpp"
#include "mpienc/output/mp3_check.hpp"

namespace mpienc {
namespace {

using namespace test;

constexpr std::int64_t short_chunk = 98;

struct Case {
  std::string name;
  Mp3Settings settings;
  std::int32_t rate, channels;
  double seconds;
};

/// Chunks of 98 frames against the `lame` program, down to the byte.
void expect_same_bytes(const Recording& recording, const Mp3Settings& settings, std::int64_t chunk_frames,
                       std::size_t least_chunks) {
  const Scratch scratch;
  const auto result = encode_chunked(recording, settings, chunk_frames, scratch / "chunked.mp3");
  EXPECT_GE(result.tasks.size(), least_chunks);
  EXPECT_EQ(result.unproven, 0);
  const std::string chunked = contents(scratch / "chunked.mp3");
  const std::string serial = lame_bytes(recording, lame_options(settings), scratch);
  EXPECT_FALSE(serial.empty());
  EXPECT_TRUE(chunked == serial) << chunked.size() << " bytes, lame made " << serial.size();
  (void)output::check_mp3_file(std::as_bytes(std::span(chunked)));
}

class Mp3Identity : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!have_lame()) GTEST_SKIP() << "the lame program is not installed";
  }
};

TEST_P(Mp3Identity, ChunksAreTheBytesOfLame) {
  const auto& [name, settings, rate, channels, seconds] = GetParam();
  expect_same_bytes(made_recording(rate, channels, seconds), settings, short_chunk, 4);
}

INSTANTIATE_TEST_SUITE_P(
    Settings, Mp3Identity,
    testing::Values(Case{"V4", quality(4), 44100, 2, 18}, Case{"V5", quality(5), 44100, 2, 18},
                    Case{"V6_48", quality(6), 48000, 2, 13},
                    Case{"V4Checksums", with_checksums(quality(4)), 44100, 2, 13},
                    Case{"V5ToMono", to_mono(quality(5)), 44100, 2, 13},
                    Case{"V7_22", quality(7), 22050, 2, 18}, Case{"V9_22", quality(9), 22050, 2, 18},
                    Case{"V9_16Mono", quality(9), 16000, 1, 18}, Case{"V9_8Mono", quality(9), 8000, 1, 36},
                    Case{"C128", constant(128), 44100, 2, 13}, Case{"C192", constant(192), 44100, 2, 13},
                    Case{"C320", constant(320), 44100, 2, 13}, Case{"C128_48", constant(128), 48000, 2, 13},
                    Case{"C96MonoChecksums", with_checksums(constant(96)), 44100, 1, 13},
                    Case{"C64_22", constant(64), 22050, 2, 13},
                    Case{"C32_16Mono", constant(32), 16000, 1, 18},
                    Case{"C16_8Mono", constant(16), 8000, 1, 36},
                    Case{"V2NoReservoir", without_reservoir(quality(2)), 44100, 2, 13},
                    Case{"A192NoReservoir", without_reservoir(average(192)), 44100, 2, 13},
                    Case{"C192NoReservoir", without_reservoir(constant(192)), 44100, 2, 13}),
    [](const auto& instance) { return instance.param.name; });

TEST_F(Mp3Identity, OtherSamplesThan16Bit) {
  const auto made = made_recording(44100, 2, 11);
  Recording wide{made.format, {}}, narrow{made.format, {}};
  wide.format.bits = 24;
  wide.format.bytes = 3;
  narrow.format.bits = 8;
  narrow.format.bytes = 1;
  narrow.format.is_signed = false;
  for (std::size_t at = 0; at < made.pcm.size(); at += 2) {
    wide.pcm.insert(wide.pcm.end(), {static_cast<std::byte>(at * 7 & 0xff), made.pcm[at], made.pcm[at + 1]});
    narrow.pcm.push_back(made.pcm[at + 1] ^ std::byte{0x80});
  }
  expect_same_bytes(wide, constant(160), short_chunk, 3);
  expect_same_bytes(narrow, quality(5), short_chunk, 3);
}

TEST_F(Mp3Identity, OneChunkHasTheBytesOfLameInEveryMode) {
  const auto recording = made_recording(44100, 2, 7);
  for (const auto& settings :
       {quality(0), quality(2), average(192), quality(7), quality(9), constant(64), constant(32)}) {
    expect_same_bytes(recording, settings, plan::mp3_chunk_frames, 1);
  }
  expect_same_bytes(made_recording(96000, 2, 3), quality(2), plan::mp3_chunk_frames, 1);
}

TEST_F(Mp3Identity, AnyLength) {
  const auto whole = made_recording(44100, 1, 6);
  const std::int64_t cut =
      (2 * 49 + 8) * 1152 + plan::mp3_look_ahead;  // from here on there are two chunks of 98
  for (const std::int64_t samples :
       {std::int64_t{1}, std::int64_t{575}, std::int64_t{576}, std::int64_t{1151}, std::int64_t{1152},
        std::int64_t{40000}, cut - 1, cut, cut + 1, cut + 251, cut + 252, cut + 253, cut + 1152}) {
    Recording part{whole.format, {}};
    const auto bytes = part_of(whole, 0, samples);
    part.pcm.assign(bytes.begin(), bytes.end());
    SCOPED_TRACE(samples);
    expect_same_bytes(part, constant(128), short_chunk, samples < cut ? 1 : 2);
  }
}

TEST_F(Mp3Identity, RealRecordings) {
  const char* media = std::getenv("MPIENC_MEDIA");
  if (media == nullptr) GTEST_SKIP() << "MPIENC_MEDIA names no folder of recordings";
  int found = 0;
  for (const char* name :
       {"audio/wav/deb_chuck_geetar_44k16s.wav", "made/cd_a/cd_a_image_embedded_cuesheet.flac",
        "bench/src_sintel_trailer-720p24_52s.mp4"}) {
    const auto path = std::filesystem::path(media) / name;
    if (!std::filesystem::exists(path)) continue;
    ++found;
    const Scratch scratch;
    const auto raw = scratch / "raw";
    ASSERT_EQ(std::system(("ffmpeg -nostdin -v error -i '" + path.string() +
                           "' -map 0:a:0 -ac 2 -ar 44100 -f s16le '" + raw.string() + "'")
                              .c_str()),
              0);
    const std::string bytes = contents(raw);
    Recording recording{pcm16(44100, 2), {}};
    const auto view = std::as_bytes(std::span(bytes));
    recording.pcm.assign(view.begin(), view.end());
    SCOPED_TRACE(name);
    for (const auto& settings : {quality(4), quality(5), constant(128), constant(320)})
      expect_same_bytes(recording, settings, 294, 2);
  }
  if (found == 0) GTEST_SKIP() << "MPIENC_MEDIA has none of the recordings";
}

}  // namespace
}  // namespace mpienc
