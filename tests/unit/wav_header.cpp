#include "mpienc/input/wav_header.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wav_bytes.hpp"

namespace mpienc::input {
namespace {

using namespace mpienc::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string four_samples(16, '\x55');

std::optional<PcmHeader> read(const std::string& content, std::int64_t size = -1) {
  MemoryFile file{content};
  if (size >= 0) file.size = size;
  auto header = read_wav_header(file.bytes(), "a.wav");
  return header ? header : read_aiff_header(file.bytes(), "a.wav");
}

PcmHeader header_of(const std::string& content, std::int64_t size = -1) {
  const auto header = read(content, size);
  EXPECT_TRUE(header.has_value());
  return header.value_or(PcmHeader());
}

/// The line with which a file is refused, or "none".
std::string refusal(const std::string& content) {
  try {
    (void)read(content);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::input);
    EXPECT_THAT(error.what(), testing::StartsWith("a.wav: "));
    return error.what();
  }
  return "none";
}

TEST(WavHeader, TellsFormatAndPlace) {
  const auto header = header_of(wav(four_samples));
  EXPECT_EQ(header.region, (PcmRegion{{44100, 2, 16, 2, 0}, 44, 4}));
  EXPECT_FALSE(header.truncated);
  EXPECT_THAT(header.warnings, IsEmpty());
  EXPECT_EQ(header_of(wav("abc", {.channels = 1, .bits = 8})).region,
            (PcmRegion{{44100, 1, 8, 1, 0, false}, 44, 3}));
  EXPECT_EQ(header_of(wav("abcdef", {.channels = 1, .bits = 24})).region,
            (PcmRegion{{44100, 1, 24, 3, 0}, 44, 2}));
  EXPECT_EQ(header_of(wav(four_samples, {.bits = 32})).region, (PcmRegion{{44100, 2, 32, 4, 0}, 44, 2}));
}

TEST(WavHeader, TakesTheValidBitsAndSpeakersOfAnExtensibleFormat) {
  const auto format = [](unsigned bits, unsigned valid) {
    return header_of(wav(four_samples, {.tag = 0xFFFE, .bits = bits, .extension = extension(valid, 3)}))
        .region.format;
  };
  EXPECT_EQ(format(24, 20), (PcmFormat{44100, 2, 20, 3, 4, true, false, 3}));
  EXPECT_EQ(format(16, 12), (PcmFormat{44100, 2, 12, 2, 4, true, false, 3}));
  EXPECT_EQ(format(16, 0), (PcmFormat{44100, 2, 16, 2, 0, true, false, 3}));
  const WavFormat surround{.tag = 0xFFFE, .channels = 6, .extension = extension(16, 0x3F)};
  EXPECT_EQ(header_of(wav(std::string(24, 'a'), surround)).region,
            (PcmRegion{{44100, 6, 16, 2, 0, true, false, 0x3F}, 68, 2}));
}

TEST(WavHeader, KnowsWhereOneAndTwoSpeakersStandAndLeavesOutOthersThatDoNotFit) {
  const auto header = [](unsigned channels, unsigned mask) {
    return header_of(
        wav(std::string(24, 'a'), {.tag = 0xFFFE, .channels = channels, .extension = extension(16, mask)}));
  };
  EXPECT_EQ(header(1, 0).region.format.channel_mask, 4U);
  EXPECT_EQ(header(2, 0).region.format.channel_mask, 3U);
  EXPECT_EQ(header(3, 0).region.format.channel_mask, 0U);
  EXPECT_EQ(header(3, 0x107).region.format.channel_mask, 0U);
  EXPECT_EQ(header(2, 1).region.format.channel_mask, 0U);
  EXPECT_THAT(header(2, 1).warnings, ElementsAre("names 1 speakers for 2 channels, which are left out"));
  EXPECT_THAT(header(4, 0x107).warnings, IsEmpty());
}

TEST(WavHeader, LeavesSamplesThatAreNoIntegersToOthers) {
  EXPECT_EQ(read(wav(four_samples, {.tag = 3, .bits = 32})), std::nullopt);
  EXPECT_EQ(read(wav(four_samples, {.tag = 6, .bits = 8})), std::nullopt);
  EXPECT_EQ(read(wav(four_samples, {.tag = 17, .bits = 4})), std::nullopt);
  EXPECT_EQ(read(wav(four_samples, {.tag = 0xFFFE, .bits = 32, .extension = extension(32, 3, 3)})),
            std::nullopt);
  EXPECT_EQ(read("fLaC and so on, long enough to be asked"), std::nullopt);
  EXPECT_EQ(read(""), std::nullopt);
}

TEST(WavHeader, WalksChunksBeforeAndAfterAndTakesTheirText) {
  const auto info =
      chunk("LIST", "INFO" + chunk("INAM", "A name") + chunk("ISFT", "Lavf") + chunk("IART", "Odd"));
  const auto before =
      riff(chunk("JUNK", "odd") + info + chunk("fmt ", WavFormat().bytes()) + chunk("data", four_samples));
  EXPECT_EQ(header_of(before).region.offset, 106);
  EXPECT_THAT(header_of(before).tags, ElementsAre(Tag{"INAM", "A name"}, Tag{"IART", "Odd"}));
  const auto after = riff(chunk("fmt ", WavFormat().bytes()) + chunk("data", four_samples) + info);
  EXPECT_EQ(header_of(after).tags, header_of(before).tags);
  EXPECT_EQ(header_of(after).region.samples, 4);
  EXPECT_THAT(header_of(wav(four_samples) + info).tags, IsEmpty())
      << "behind the RIFF chunk's end is no chunk";
  const WavFormat bytes{.channels = 1, .bits = 8};
  const auto odd = riff(chunk("fmt ", bytes.bytes()) + chunk("data", "abc") + info);
  EXPECT_EQ(header_of(odd).region.samples, 3);
  EXPECT_EQ(header_of(odd).tags.size(), 2U);
  EXPECT_EQ(header_of(riff(chunk("data", four_samples) + chunk("fmt ", WavFormat().bytes()))).region.offset,
            20);
}

TEST(WavHeader, ReadsAMebibyteOfTextAtMost) {
  const auto list = chunk("LIST", "INFO" + chunk("ICMT", std::string(900'000, 'a')));
  MemoryFile file{
      riff(list + list + list + chunk("fmt ", WavFormat().bytes()) + chunk("data", four_samples))};
  const auto header = read_wav_header(file.bytes(), "a.wav");
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->region.samples, 4);
  EXPECT_LT(file.bytes_read, (1 << 20) + 1000);
}

TEST(WavHeader, ReadsStreamsToTheirEnd) {
  const auto streamed = [](std::int64_t riff_size, std::int64_t size, const std::string& samples) {
    return header_of(
        riff(chunk("fmt ", WavFormat().bytes()) + chunk("data", samples, size), "RIFF", riff_size));
  };
  for (const std::int64_t size :
       {0LL, 0xFFFFFFFFLL, 0xFFFFFFD8LL, 0x7FFFF000LL, 0x7FFFFFFFLL, 0x80000000LL}) {
    const auto header = streamed(size, size, four_samples);
    EXPECT_EQ(header.region.samples, 4) << size;
    EXPECT_FALSE(header.truncated) << size;
    EXPECT_EQ(header.announced, 4) << size;
    EXPECT_THAT(header.warnings, IsEmpty()) << size;
  }
  EXPECT_EQ(streamed(-1, 0, std::string(16, '\0')).region.samples, 4) << "silence is no chunk";
  EXPECT_EQ(streamed(-1, 0, "").region.samples, 0);
  EXPECT_EQ(streamed(-1, 0, chunk("LIST", "INFO" + chunk("INAM", "none"))).region.samples, 0)
      << "really empty";
  EXPECT_EQ(streamed(0, 0, four_samples + "x").region.samples, 4);
}

TEST(WavHeader, TellsWhatIsMissing) {
  const auto cut =
      header_of(riff(chunk("fmt ", WavFormat().bytes()) + chunk("data", four_samples + "xyz", 4000)));
  EXPECT_TRUE(cut.truncated);
  EXPECT_EQ(cut.announced, 1000);
  EXPECT_EQ(cut.region.samples, 5) << "the padding byte is the file's";
  EXPECT_THAT(cut.warnings, ElementsAre("is cut off: 5 of 1000 samples are there, and these are taken"));
  const auto partial = header_of(wav(four_samples + "x"));
  EXPECT_FALSE(partial.truncated);
  EXPECT_EQ(partial.region.samples, 4);
  EXPECT_THAT(partial.warnings, ElementsAre("ends within a sample: its last 1 bytes are left out"));
  const auto twice =
      riff(chunk("fmt ", WavFormat().bytes()) + chunk("data", four_samples) + chunk("data", four_samples));
  EXPECT_EQ(header_of(twice).region.samples, 4);
  EXPECT_THAT(header_of(twice).warnings, ElementsAre(HasSubstr("second data chunk")));
}

TEST(WavHeader, CountsBeyondFourGigabytes) {
  constexpr std::int64_t size = 5'000'000'000;
  const auto head = [](std::uint64_t data) {
    return "RF64" + little(0xFFFFFFFF, 4) + "WAVE" + ds64(data + 72, data) +
           chunk("fmt ", WavFormat().bytes()) + "data" + little(0xFFFFFFFF, 4);
  };
  const auto header = header_of(head(size), size + 80);
  EXPECT_EQ(header.region, (PcmRegion{{44100, 2, 16, 2, 0}, 80, size / 4}));
  EXPECT_FALSE(header.truncated);
  EXPECT_TRUE(header_of(head(size), size + 79).truncated);
  EXPECT_EQ(header_of(head(0) + four_samples).region.samples, 4) << "a stream";
  EXPECT_EQ(header_of(head(~std::uint64_t{0}) + four_samples).region.samples, 4);
  EXPECT_FALSE(header_of(head(~std::uint64_t{0}) + four_samples).truncated);
  EXPECT_EQ(header_of("BW64" + head(16).substr(4) + four_samples).region.samples, 4);
  EXPECT_THAT(refusal("RF64" + wav(four_samples).substr(4, 32) + "data\xFF\xFF\xFF\xFF"), HasSubstr("ds64"));

  const auto wrapped = wav(four_samples).substr(0, 40) + little(size & 0xFFFFFFFF, 4);
  EXPECT_EQ(header_of(wrapped, size + 44).region.samples, size / 4) << "RIFF's size has 32 bits";
  EXPECT_THAT(header_of(wrapped, size + 44).warnings,
              ElementsAre(HasSubstr("longer than its header can say")));
}

TEST(WavHeader, ReadsWave64) {
  const auto fmt = wave64_chunk("fmt ", WavFormat().bytes());
  EXPECT_EQ(header_of(wave64(fmt + wave64_chunk("data", four_samples))).region,
            (PcmRegion{{44100, 2, 16, 2, 0}, 104, 4}));
  const auto odd = wave64(wave64_chunk("junk", "odd") + fmt + wave64_chunk("data", four_samples));
  EXPECT_EQ(header_of(odd).region, (PcmRegion{{44100, 2, 16, 2, 0}, 136, 4}));
  EXPECT_TRUE(header_of(wave64(fmt + wave64_chunk("data", four_samples, 1000))).truncated);
  EXPECT_EQ(header_of(wave64(fmt + wave64_chunk("data", four_samples, 0))).region.samples, 4);
  EXPECT_EQ(
      header_of(wave64(fmt + wave64_chunk("data", four_samples, std::numeric_limits<std::int64_t>::max())))
          .region.samples,
      4);
}

TEST(WavHeader, RefusesWhatCannotBeInOneLine) {
  const auto of = [](const WavFormat& format) { return refusal(wav(four_samples, format)); };
  EXPECT_THAT(of({.channels = 0}), HasSubstr("0 channels"));
  EXPECT_THAT(of({.rate = 0}), HasSubstr("0 Hz"));
  EXPECT_THAT(of({.rate = 0xFFFFFFFF}), HasSubstr("4294967295 Hz"));
  EXPECT_THAT(of({.block = 0}), HasSubstr("blocks of 0 bytes for 2 channels of 16 bits"));
  EXPECT_THAT(of({.bits = 24, .block = 8}), HasSubstr("blocks of 8 bytes"));
  for (const unsigned bits : {0U, 4U, 12U, 20U, 40U, 64U})
    EXPECT_THAT(of({.bits = bits}), HasSubstr("bits where only"));
  EXPECT_THAT(of({.tag = 0xFFFE, .extension = extension(24, 3)}), HasSubstr("24 valid bits"));
  EXPECT_THAT(of({.tag = 0xFFFE, .extension = extension(3, 3)}), HasSubstr("3 valid bits"));
  EXPECT_THAT(of({.tag = 0xFFFE}), HasSubstr("too short"));
  EXPECT_THAT(refusal(riff(chunk("fmt ", "ab") + chunk("data", four_samples))), HasSubstr("too short"));
  const auto fmt = chunk("fmt ", WavFormat().bytes());
  EXPECT_THAT(refusal(riff(fmt)), HasSubstr("without a data chunk"));
  EXPECT_THAT(refusal(riff(chunk("data", four_samples))), HasSubstr("without a format"));
  EXPECT_THAT(refusal(riff(fmt + fmt + chunk("data", four_samples))), HasSubstr("two format"));
  EXPECT_THAT(refusal(riff(fmt + chunk("junk", "ab", 0xFFFFFFF0) + chunk("data", four_samples))),
              HasSubstr("without a data"));
}

TEST(AiffHeader, TellsFormatAndPlace) {
  EXPECT_EQ(header_of(aiff(2, 16, 4, four_samples)).region,
            (PcmRegion{{44100, 2, 16, 2, 0, true, true}, 54, 4}));
  EXPECT_EQ(header_of(aiff(1, 20, 5, std::string(15, 'a'))).region,
            (PcmRegion{{44100, 1, 20, 3, 4, true, true}, 54, 5}));
  EXPECT_EQ(header_of(aiff(1, 8, 3, "abc")).region.format, (PcmFormat{44100, 1, 8, 1, 0, true, true}));
  EXPECT_EQ(header_of(aiff(2, 16, 4, four_samples, "sowt")).region, (PcmRegion{{44100, 2, 16, 2, 0}, 60, 4}));
  EXPECT_TRUE(header_of(aiff(2, 16, 4, four_samples, "NONE")).region.format.big_endian);
  EXPECT_EQ(read(aiff(2, 32, 2, four_samples, "fl32")), std::nullopt);
  EXPECT_THAT(header_of(aiff(2, 16, 9, four_samples)).warnings,
              ElementsAre(HasSubstr("says 9 samples but holds 4")));
}

TEST(AiffHeader, RefusesWhatCannotBeInOneLine) {
  EXPECT_THAT(refusal(aiff(0, 16, 4, four_samples)), HasSubstr("0 channels"));
  EXPECT_THAT(refusal(aiff(2, 33, 4, four_samples)), HasSubstr("33 bits"));
  EXPECT_THAT(refusal(aiff(2, 16, 4, four_samples).substr(0, 38)), HasSubstr("without a sample"));
  EXPECT_THAT(refusal(aiff(2, 16, 4, four_samples).substr(0, 30)), HasSubstr("too short"));
  EXPECT_THAT(refusal(aiff(2, 16, 4, four_samples).substr(0, 12)), HasSubstr("without a format"));
  auto no_rate = aiff(2, 16, 4, four_samples);
  no_rate.replace(28, 10, 10, '\0');
  EXPECT_THAT(refusal(no_rate), HasSubstr("0 Hz"));
  auto late = aiff(2, 16, 4, four_samples);
  late.replace(46, 4, "\x7F\xFF\xFF\xFF");
  EXPECT_THAT(refusal(late), HasSubstr("begin after their chunk"));
}

TEST(PcmRegion, Travels) {
  const PcmRegion region{{48000, 6, 20, 3, 4, true, true, 0x3F}, 12345678901, 9876543210};
  const auto bytes = region.serialise();
  ByteReader reader(bytes);
  EXPECT_EQ(PcmRegion::parse(reader), region);
}

}  // namespace
}  // namespace mpienc::input
