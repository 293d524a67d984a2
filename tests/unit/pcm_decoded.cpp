#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pcm_oracle.hpp"
#include "wav_bytes.hpp"

namespace mpienc::input {
namespace {

using namespace mpienc::test;
using testing::HasSubstr;
using testing::IsEmpty;

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Kind {
  const char* name;
  const char* options;
  int bits, bytes;
  bool counted;  ///< the container says how many samples there are
};

class PcmDecoded : public testing::TestWithParam<Kind> {};

TEST_P(PcmDecoded, IsWhatFfmpegDecodesInTheSourcesDepth) {
  const auto& kind = GetParam();
  const PcmFolder folder;
  const auto file = make_recording(folder, kind.name, kind.options);
  const auto source = open_pcm_source(file);
  const auto& about = source->description();
  EXPECT_EQ(about.format.bits, kind.bits);
  EXPECT_EQ(about.format.bytes, kind.bytes);
  EXPECT_EQ(about.format.rate, std::string(kind.name).ends_with("opus") ? 48000 : 44100);
  EXPECT_EQ(about.format.channels, 2);
  EXPECT_EQ(about.region, std::nullopt);
  EXPECT_EQ(about.samples, kind.counted ? std::optional(std::int64_t{88200}) : std::nullopt);
  const auto ours = values_of(*source, 777);
  EXPECT_TRUE(!kind.counted || ours.size() == 2U * 88200);
  expect_same(ours, ffmpeg_values(file, kind.bits));
  EXPECT_FALSE(about.truncated);
  EXPECT_THAT(about.warnings, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Kinds, PcmDecoded,
                         testing::Values(Kind{"16.flac", "-c:a flac -sample_fmt s16", 16, 2, true},
                                         Kind{"24.flac", "-c:a flac -sample_fmt s32", 24, 3, true},
                                         Kind{"16.m4a", "-c:a alac -sample_fmt s16p", 16, 2, true},
                                         Kind{"24.m4a", "-c:a alac -sample_fmt s32p", 24, 3, true},
                                         Kind{"16.wv", "-c:a wavpack -sample_fmt s16p", 16, 2, true},
                                         Kind{"16.tta", "-c:a tta -sample_fmt s16", 16, 2, true},
                                         Kind{"float.wav", "-c:a pcm_f32le", 24, 3, true},
                                         Kind{"double.wav", "-c:a pcm_f64le", 24, 3, true},
                                         Kind{"24.caf", "-c:a pcm_s24be", 24, 3, false},
                                         Kind{"adpcm.wav", "-c:a adpcm_ms", 16, 2, false},
                                         Kind{"alaw.wav", "-c:a pcm_alaw", 16, 2, false},
                                         Kind{"a.mp3", "-c:a libmp3lame", 16, 2, false},
                                         Kind{"aac.m4a", "-c:a aac", 16, 2, false},
                                         Kind{"a.opus", "-c:a libopus", 16, 2, false},
                                         Kind{"a.ac3", "-c:a ac3", 16, 2, false}),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST(PcmDecoding, AgreesWithTheFlacProgram) {
  const PcmFolder folder;
  std::mt19937 random(5);
  std::string noise(60000, '\0');
  for (auto& c : noise) c = static_cast<char>(random() & 0xF0);
  for (const auto& [bits, valid] :
       {std::pair(8U, 8U), {16U, 16U}, {16U, 12U}, {24U, 20U}, {24U, 24U}, {32U, 32U}}) {
    SCOPED_TRACE(valid);
    const WavFormat format{.tag = 0xFFFE, .bits = bits, .extension = extension(valid, 3)};
    const auto original = folder.write("a.wav", wav(noise, format));
    output_of("flac -s -f -o " + quoted(folder / "a.flac") + " " + quoted(original));
    const auto decoded = open_pcm_source(folder / "a.flac");
    EXPECT_EQ(decoded->description().format.bits, static_cast<int>(valid));
    EXPECT_EQ(decoded->description().format.bytes, static_cast<int>(bits / 8));
    expect_same(values_of(*decoded), values_of(*open_pcm_source(original), 512));
  }
}

TEST(PcmDecoding, BelievesFlacFramesMoreThanTheirHead) {
  const PcmFolder folder;
  auto bytes = content_of(make_recording(folder, "a.flac", "-c:a flac -sample_fmt s16"));
  const auto good = values_of(*open_pcm_source(folder / "a.flac"));
  for (const auto at : {8U, 10U}) bytes.replace(at, 2, "\x02\x40");  // blocks of 576 samples, RFC 9639, 8.2
  const auto blocks = open_pcm_source(folder.write("blocks.flac", bytes));
  expect_same(values_of(*blocks), good);
  EXPECT_THAT(blocks->description().warnings, IsEmpty());
  bytes[20] = static_cast<char>(bytes[20] ^ 0x02);  // mono
  const auto channels = open_pcm_source(folder.write("channels.flac", bytes));
  expect_same(values_of(*channels), good);
  EXPECT_THAT(channels->description().warnings,
              testing::ElementsAre(HasSubstr("channels.flac: its head says 44100 Hz, 1 channels, 16 bits")));
}

TEST(PcmDecoding, TrimsDelayAndPaddingOfAnEncoder) {
  const PcmFolder folder;
  const auto source = open_pcm_source(make_recording(folder, "a.mp3", "-c:a libmp3lame"));
  EXPECT_EQ(values_of(*source).size(), 2U * 88200);
}

TEST(PcmDecoding, RefusesAFormatThatChanges) {
  const PcmFolder folder;
  const auto joined = [&](const char* name, const std::string& first, const std::string& second) {
    return folder.write(name, content_of(make_recording(folder, "1.mp3", first)) +
                                  content_of(make_recording(folder, "2.mp3", second)));
  };
  const std::string mp3 = "-c:a libmp3lame -write_xing 0 -id3v2_version 0 ";
  for (const auto& file :
       {joined("rate.mp3", mp3, mp3 + "-ar 48000"), joined("mono.mp3", mp3, mp3 + "-ac 1")}) {
    SCOPED_TRACE(file);
    const auto source = open_pcm_source(file);
    try {
      (void)values_of(*source);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::input);
      EXPECT_THAT(error.what(), HasSubstr(file.string() + ": its format changes after "));
    }
  }
}

TEST(PcmDecoding, RefusesAFlacFileWhoseDepthChanges) {
  const PcmFolder folder;
  const auto first = content_of(make_recording(folder, "1.flac", "-c:a flac -sample_fmt s16"));
  const auto second = content_of(make_recording(folder, "2.flac", "-c:a flac -sample_fmt s32"));
  const auto frames = second.find("\xFF\xF8");
  const auto file = folder.write("a.flac", first + second.substr(frames));
  const auto source = open_pcm_source(file);
  EXPECT_THROW(
      {
        try {
          (void)values_of(*source);
        } catch (const Error& error) {
          EXPECT_THAT(error.what(), HasSubstr("16 bits to 44100 Hz, 2 channels, 24 bits; split it there"));
          throw;
        }
      },
      Error);
}

TEST(PcmDecoding, TellsWhatIsMissing) {
  const PcmFolder folder;
  const auto whole = content_of(make_recording(folder, "a.flac", "-c:a flac"));
  const auto cut = open_pcm_source(folder.write("cut.flac", whole.substr(0, whole.size() / 2)));
  const auto samples = values_of(*cut).size() / 2;
  EXPECT_GT(samples, 30000U);
  EXPECT_TRUE(cut->description().truncated);
  ASSERT_EQ(cut->description().warnings.size(), 1U);
  EXPECT_THAT(cut->description().warnings[0], HasSubstr("cut.flac: "));

  auto damaged = whole;
  damaged[whole.size() / 2] ^= 1;  // decodes, to noise
  const auto holed = open_pcm_source(folder.write("holed.flac", damaged));
  EXPECT_LT(values_of(*holed).size(), 2U * 88200) << "damaged samples must not pass for good ones";
  EXPECT_TRUE(holed->description().truncated);

  const auto tagged = open_pcm_source(folder.write("tag.flac", whole + "TAG" + std::string(125, ' ')));
  EXPECT_EQ(values_of(*tagged).size(), 2U * 88200);
  EXPECT_FALSE(tagged->description().truncated);
  const auto mp3 = content_of(make_recording(folder, "a.mp3", "-c:a libmp3lame"));
  const auto tagged_mp3 = open_pcm_source(folder.write("tag.mp3", mp3 + "TAG" + std::string(125, ' ')));
  (void)values_of(*tagged_mp3);
  EXPECT_FALSE(tagged_mp3->description().truncated);
  EXPECT_THAT(tagged_mp3->description().warnings, IsEmpty());
}

TEST(PcmDecoding, FindsNothingInHeadersAlone) {
  const PcmFolder folder;
  const auto whole = content_of(make_recording(folder, "a.flac", "-c:a flac"));
  const auto file = folder.write("head.flac", whole.substr(0, whole.find("\xFF\xF8")));
  EXPECT_THROW((void)open_pcm_source(file), Error);
}

TEST(PcmDecoding, TakesTagsAndPicturesAlong) {
  const PcmFolder folder;
  output_of("ffmpeg -nostdin -v error -f lavfi -i testsrc=s=32x32:d=0.04 -frames:v 1 " +
            quoted(folder / "c.png"));
  const auto file = make_recording(
      folder, "a.mp3",
      "-i " + quoted(folder / "c.png") +
          " -map 0 -map 1 -c:v copy -disposition:v attached_pic -c:a libmp3lame "
          "-metadata title=Name -metadata:s:v title=Scan -metadata:s:v 'comment=Cover (back)'");
  const auto source = open_pcm_source(file);
  EXPECT_THAT(source->description().tags, testing::Contains(Tag{"title", "Name"}));
  ASSERT_EQ(source->description().pictures.size(), 1U);
  const auto& picture = source->description().pictures[0];
  EXPECT_EQ(picture.type, 4);
  EXPECT_EQ(picture.mime, "image/png");
  EXPECT_EQ(picture.description, "Scan");
  const auto png = content_of(folder / "c.png");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(picture.data.data()), picture.data.size()), png);
}

TEST(PcmDecoding, SurvivesDamage) {
  const PcmFolder folder;
  std::mt19937 random(11);
  const std::string files[] = {content_of(make_recording(folder, "a.flac", "-c:a flac -t 0.3")),
                               content_of(make_recording(folder, "a.mp3", "-c:a libmp3lame -t 0.3")),
                               content_of(make_recording(folder, "a.m4a", "-c:a alac -t 0.3"))};
  int read = 0;
  for (int round = 0; round < 60; ++round) {
    auto bytes = files[round % 3];
    for (int i = 0; i < 8; ++i) {
      const auto end = round % 2 == 0 ? std::min<std::size_t>(bytes.size(), 400) : bytes.size();
      bytes[random() % end] = static_cast<char>(random());
    }
    try {
      const auto source = open_pcm_source(folder.write("damaged", bytes));
      EXPECT_LT(values_of(*source).size(), 10'000'000U);
      ++read;
    } catch (const Error& error) {
      EXPECT_NE(error.status(), ExitStatus::internal) << error.what();
    }
  }
  EXPECT_GT(read, 5);
}

}  // namespace
}  // namespace mpienc::input
