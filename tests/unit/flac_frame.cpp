#include "mpienc/encode/flac_frame.hpp"

#include <gtest/gtest.h>

#include <random>

namespace mpienc::encode {
namespace {

std::byte as_byte(std::uint64_t value) { return static_cast<std::byte>(value & 0xFFU); }

/// Written from the words of RFC 9639, section 9.1.5, apart from the code under test.
Bytes coded(std::uint64_t number) {
  struct Form {
    std::uint64_t below;
    unsigned lead;
    int more;
  };
  constexpr Form forms[] = {{1ULL << 7, 0x00, 0},  {1ULL << 11, 0xC0, 1}, {1ULL << 16, 0xE0, 2},
                            {1ULL << 21, 0xF0, 3}, {1ULL << 26, 0xF8, 4}, {1ULL << 31, 0xFC, 5},
                            {1ULL << 36, 0xFE, 6}};
  for (const auto& form : forms) {
    if (number >= form.below) continue;
    Bytes bytes{as_byte(form.lead | number >> (6 * form.more))};
    for (int i = form.more - 1; i >= 0; --i) bytes.push_back(as_byte(0x80U | (number >> (6 * i) & 0x3FU)));
    return bytes;
  }
  return {};
}

/// By its definition: the remainder of a division, bit by bit.
unsigned remainder(std::span<const std::byte> bytes, unsigned polynomial, int width) {
  unsigned crc = 0;
  for (const auto byte : bytes) {
    for (int bit = 7; bit >= 0; --bit) {
      const unsigned in = std::to_integer<unsigned>(byte) >> bit & 1U;
      const unsigned out = crc >> (width - 1) & 1U;
      crc = (crc << 1 ^ ((in ^ out) != 0 ? polynomial : 0U)) & ((1U << width) - 1);
    }
  }
  return crc;
}

struct Form {
  unsigned blocking = 0, block_code = 12, rate_code = 9, channel_code = 1, width_code = 4;
};

Bytes make_frame(const Form& form, std::uint64_t number, std::minstd_rand& random) {
  const auto more = [&](Bytes& bytes, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(as_byte(random()));
  };
  Bytes frame{std::byte{0xFF}, as_byte(0xF8 | form.blocking), as_byte(form.block_code << 4 | form.rate_code),
              as_byte(form.channel_code << 4 | form.width_code << 1)};
  const auto number_bytes = coded(number);
  frame.insert(frame.end(), number_bytes.begin(), number_bytes.end());
  more(frame, form.block_code == 6 ? 1 : form.block_code == 7 ? 2 : 0);
  more(frame, form.rate_code == 12 ? 1 : form.rate_code == 13 || form.rate_code == 14 ? 2 : 0);
  frame.push_back(as_byte(remainder(frame, 0x07, 8)));
  more(frame, static_cast<int>(random() % 40));
  const auto crc = remainder(frame, 0x8005, 16);
  frame.push_back(as_byte(crc >> 8));
  frame.push_back(as_byte(crc));
  return frame;
}

std::vector<Form> every_form() {
  std::vector<Form> forms;
  for (const unsigned blocking : {0U, 1U}) {
    for (unsigned block = 1; block < 16; ++block) {
      for (unsigned rate = 0; rate < 15; ++rate) {
        for (unsigned channels = 0; channels <= 10; ++channels) {
          for (const unsigned width : {0U, 1U, 2U, 4U, 5U, 6U, 7U})
            forms.push_back({blocking, block, rate, channels, width});
        }
      }
    }
  }
  return forms;
}

/// Around each length's limits and anywhere between.
std::uint64_t some_number(std::minstd_rand& random) {
  constexpr int limits[] = {7, 11, 16, 21, 26, 31, 36};
  const auto limit = std::uint64_t{1} << limits[random() % 7];
  if (random() % 2 == 0) return (std::uint64_t{random()} << 31 ^ random()) % limit;
  return std::min((std::uint64_t{1} << 36) - 1, limit - 2 + random() % 4);
}

TEST(FlacFrame, IsRenumberedInEveryForm) {
  std::minstd_rand random(11);
  for (const auto& form : every_form()) {
    const auto from = some_number(random), to = some_number(random);
    const auto random_after = random;
    const auto frame = make_frame(form, from, random);
    random = random_after;
    const auto wanted = make_frame(form, to, random);

    const auto header = parse_flac_frame_header(frame);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->number, from);
    EXPECT_EQ(header->counts_samples, form.blocking == 1);

    Bytes renumbered{std::byte{1}, std::byte{2}};
    append_renumbered(renumbered, frame, to);
    const auto appended = std::span(renumbered).subspan(2);
    ASSERT_EQ(Bytes(appended.begin(), appended.end()), wanted) << from << " to " << to;
    ASSERT_EQ(parse_flac_frame_header(appended)->number, to);

    Bytes back;
    append_renumbered(back, appended, from);
    ASSERT_EQ(back, frame);
  }
}

TEST(FlacFrame, IsRefusedWhereABitIsWrong) {
  std::minstd_rand random(5);
  const auto frame = make_frame({}, 300, random);
  const auto size = parse_flac_frame_header(frame)->size;
  for (std::size_t bit = 0; bit < 8 * size; ++bit) {
    auto broken = frame;
    broken[bit / 8] ^= as_byte(1U << bit % 8);
    EXPECT_FALSE(parse_flac_frame_header(broken)) << "bit " << bit;
  }
  for (std::size_t short_of = 0; short_of < size; ++short_of) {
    EXPECT_FALSE(parse_flac_frame_header(std::span(frame).first(short_of))) << short_of << " bytes";
  }
  Bytes to;
  EXPECT_THROW(append_renumbered(to, std::span(frame).first(size + 1), 1), Error);
  EXPECT_THROW(append_renumbered(to, frame, std::uint64_t{1} << 36), Error);
}

TEST(FlacFrame, HasTheChecksumsOfTheirDefinition) {
  std::minstd_rand random(3);
  Bytes bytes;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(flac_crc8(bytes), remainder(bytes, 0x07, 8));
    EXPECT_EQ(flac_crc16(bytes), remainder(bytes, 0x8005, 16));
    bytes.push_back(as_byte(random()));
  }
}

TEST(FlacFrame, HasTheChecksumOfWhatZerosFollow) {
  std::minstd_rand random(7);
  for (const std::size_t zeros : {0, 1, 2, 3, 7, 255, 256, 4096, 12345, 70000}) {
    Bytes bytes;
    for (int i = 0; i < 9; ++i) bytes.push_back(as_byte(random()));
    const auto crc = flac_crc16(bytes);
    bytes.resize(bytes.size() + zeros);
    EXPECT_EQ(flac_crc16_with_zeros(crc, zeros), remainder(bytes, 0x8005, 16)) << zeros << " zeros";
  }
}

TEST(FlacFrame, StillTellsOfDamageWhenRenumbered) {
  std::minstd_rand random(9);
  const auto frame = make_frame({}, 300, random);
  auto broken = frame;
  broken[broken.size() - 3] ^= std::byte{4};
  Bytes whole, damaged;
  append_renumbered(whole, frame, 70000);
  append_renumbered(damaged, broken, 70000);
  EXPECT_EQ(remainder(whole, 0x8005, 16), 0U);
  EXPECT_NE(remainder(damaged, 0x8005, 16), 0U);
}

}  // namespace
}  // namespace mpienc::encode
