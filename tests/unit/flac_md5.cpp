#include <gtest/gtest.h>

#include "flac_program.hpp"
#include "mpienc/av/pcm_md5.hpp"

extern "C" {
#include <libavutil/md5.h>
}

namespace mpienc::av {
namespace {

Md5Digest of(const std::vector<std::uint8_t>& bytes) {
  Md5Digest digest;
  av_md5_sum(reinterpret_cast<std::uint8_t*>(digest.data()), bytes.data(), bytes.size());
  return digest;
}

Md5Digest md5(const PcmFormat& format, std::span<const std::byte> pcm) {
  PcmMd5 sum(format);
  sum.add(pcm);
  return sum.digest();
}

TEST(FlacMd5, IsOfSignedLittleEndianSamplesInWholeBytes) {
  const std::vector<std::byte> unsigned_bytes{std::byte{0x80}, std::byte{0x81}, std::byte{0}};
  EXPECT_EQ(md5({8000, 1, 8, 1, 0, false}, unsigned_bytes), of({0, 1, 0x80}));
  const std::vector<std::byte> big{std::byte{0x12}, std::byte{0x34}};
  EXPECT_EQ(md5({8000, 1, 16, 2, 0, true, true}, big), of({0x34, 0x12}));
  const std::vector<std::byte> shifted{std::byte{0xF0}, std::byte{0xFF}, std::byte{0x7F},
                                       std::byte{0},    std::byte{0},    std::byte{0x80}};
  EXPECT_EQ(md5({8000, 1, 20, 3, 4}, shifted), of({0xFF, 0xFF, 0x07, 0, 0, 0xF8}));
  const std::vector<std::byte> narrow{std::byte{0}, std::byte{0}, std::byte{0xFE}, std::byte{0xFF}};
  EXPECT_EQ(md5({8000, 1, 16, 4, 16}, narrow), of({0xFE, 0xFF}));
}

TEST(FlacMd5, GoesOnFromItsMessage) {
  for (const int bits : {8, 16, 20, 24, 32}) {
    const auto format = test::wav_format(8000, 3, bits);
    const auto pcm = test::pcm_of(format, 20'000, test::noise());
    const auto whole = md5(format, pcm);
    for (const std::size_t cut : {0, 1, 21, 22, 64, 6000, 19'999, 20'000}) {
      const auto bytes = cut * static_cast<std::size_t>(format.block_bytes());
      PcmMd5 first(format);
      first.add(std::span(pcm).first(bytes));
      const auto message = first.serialise();
      ByteReader reader(message);
      auto second = PcmMd5::parse(reader);
      EXPECT_TRUE(reader.at_end());
      second.add(std::span(pcm).subspan(bytes));
      EXPECT_EQ(second.digest(), whole) << bits << " bits, cut after " << cut;
      EXPECT_EQ(second.digest(), whole) << "asked twice";
      EXPECT_EQ(first.digest() == whole, cut == 20'000);
    }
  }
}

}  // namespace
}  // namespace mpienc::av
