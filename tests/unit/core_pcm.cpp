#include "mpienc/core/pcm.hpp"

#include <gtest/gtest.h>

namespace mpienc {
namespace {

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

std::int32_t one(const PcmFormat& format, std::initializer_list<int> bytes) {
  std::int32_t value = 0;
  unpack(bytes_of(bytes), format, {&value, 1});
  return value;
}

TEST(Pcm, HasTheValuesOfEachWidth) {
  EXPECT_EQ(one({44100, 1, 8, 1, 0, false}, {0x80}), 0);
  EXPECT_EQ(one({44100, 1, 8, 1, 0, false}, {0x00}), -128);
  EXPECT_EQ(one({44100, 1, 8, 1, 0, false}, {0xFF}), 127);
  EXPECT_EQ(one({44100, 1, 16, 2, 0}, {0x34, 0x12}), 0x1234);
  EXPECT_EQ(one({44100, 1, 16, 2, 0}, {0xFF, 0xFF}), -1);
  EXPECT_EQ(one({44100, 1, 16, 2, 0, true, true}, {0x80, 0x01}), -32767);
  EXPECT_EQ(one({44100, 1, 24, 3, 0}, {0x01, 0x00, 0x80}), -8388607);
  EXPECT_EQ(one({44100, 1, 24, 3, 0, true, true}, {0x7F, 0xFF, 0xFE}), 8388606);
  EXPECT_EQ(one({44100, 1, 32, 4, 0}, {0xFF, 0xFF, 0xFF, 0x7F}), 2147483647);
}

TEST(Pcm, DropsThePaddingOfWideContainers) {
  EXPECT_EQ(one({44100, 1, 20, 3, 4}, {0x10, 0x00, 0x80}), -524287);
  EXPECT_EQ(one({44100, 1, 12, 2, 4}, {0xF0, 0x7F}), 2047);
}

TEST(Pcm, WidensRunsOf16BitsOfAnyLength) {
  for (const int count : {1, 15, 16, 17, 40, 4096}) {
    Bytes pcm;
    for (int i = 0; i < count; ++i) {
      pcm.push_back(static_cast<std::byte>(i * 37));
      pcm.push_back(static_cast<std::byte>(i * 101));
    }
    std::vector<std::int32_t> values(static_cast<std::size_t>(count), -1);
    unpack(pcm, {44100, 1, 16, 2, 0}, values);
    for (int i = 0; i < count; ++i) {
      const auto expected = static_cast<std::int16_t>((i * 37 & 0xFF) | (i * 101 & 0xFF) << 8);
      ASSERT_EQ(values[static_cast<std::size_t>(i)], expected) << i << " of " << count;
    }
  }
}

TEST(Pcm, RefusesAWrongNumberOfBytes) {
  std::int32_t value = 0;
  EXPECT_THROW(unpack(bytes_of({1}), {44100, 1, 16, 2, 0}, {&value, 1}), Error);
}

TEST(Pcm, FormatsTravel) {
  const PcmFormat format{48000, 6, 20, 3, 4, true, true, 0x3F};
  const auto bytes = format.serialise();
  ByteReader reader(bytes);
  EXPECT_EQ(PcmFormat::parse(reader), format);
}

}  // namespace
}  // namespace mpienc
