#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "mpienc/input/nal.hpp"

namespace mpienc::input {
namespace {

using Unit = std::vector<std::uint8_t>;

/// A unit as an encoder writes it: no 00 00 00, 00 00 01 or 00 00 02 inside, no zero at the end.
Unit random_unit(std::mt19937_64& random) {
  Unit unit(1 + random() % 40);
  for (auto& byte : unit) byte = static_cast<std::uint8_t>(random() % 3 == 0 ? 0 : random() % 256);
  for (std::size_t i = 2; i < unit.size(); ++i) {
    if (unit[i - 2] == 0 && unit[i - 1] == 0 && unit[i] < 3) unit[i] = 3;
  }
  if (unit.back() == 0) unit.back() = 0x80;
  return unit;
}

std::vector<Unit> random_units(std::mt19937_64& random) {
  std::vector<Unit> units(random() % 8);
  for (auto& unit : units) unit = random_unit(random);
  return units;
}

Unit join_annex_b(const std::vector<Unit>& units, std::mt19937_64& random) {
  Unit packet;
  for (const auto& unit : units) {
    packet.insert(packet.end(), random() % 3, 0);
    packet.insert(packet.end(), {0, 0, 1});
    packet.insert(packet.end(), unit.begin(), unit.end());
  }
  packet.insert(packet.end(), random() % 3, 0);
  return packet;
}

Unit join_length_prefixed(const std::vector<Unit>& units, int length_size) {
  Unit packet;
  for (const auto& unit : units) {
    for (int shift = 8 * (length_size - 1); shift >= 0; shift -= 8) {
      packet.push_back(static_cast<std::uint8_t>(unit.size() >> shift));
    }
    packet.insert(packet.end(), unit.begin(), unit.end());
  }
  return packet;
}

std::vector<Unit> split(const Unit& packet, int length_size) {
  std::vector<Unit> units;
  for (const auto unit : split_nal_units(packet, length_size)) units.emplace_back(unit.begin(), unit.end());
  return units;
}

TEST(Nal, SplitsAnnexBIntoWhatWasJoined) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const auto units = random_units(random);
    EXPECT_EQ(split(join_annex_b(units, random), 0), units) << "round " << round;
  }
}

TEST(Nal, SplitsLengthPrefixesIntoWhatWasJoined) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2000; ++round) {
    const auto units = random_units(random);
    const int length_size = 1 + static_cast<int>(random() % 4);
    EXPECT_EQ(split(join_length_prefixed(units, length_size), length_size), units) << "round " << round;
  }
}

TEST(Nal, NeverReadsBeyondDamagedPackets) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 5000; ++round) {
    Unit noise(random() % 32);
    for (auto& byte : noise)
      byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() % 256 : random() % 3);
    for (int length_size = 0; length_size <= 4; ++length_size) {
      for (const auto unit : split_nal_units(noise, length_size)) {
        ASSERT_FALSE(unit.empty());
        ASSERT_GE(unit.data(), noise.data());
        ASSERT_LE(unit.data() + unit.size(), noise.data() + noise.size());
        static_cast<void>(recovery_frame_count(unit));
      }
    }
  }
}

TEST(Nal, DropsAPrefixedUnitThatIsCutShort) {
  EXPECT_EQ(split({0, 2, 0x41, 0x9a, 0, 9, 0x41}, 2), (std::vector<Unit>{{0x41, 0x9a}}));
  EXPECT_TRUE(split({0, 0, 0}, 4).empty());
}

TEST(Nal, FindsTheLengthSizeInExtradata) {
  const Unit avcc = {1, 100, 0, 31, 0xfc | 3, 0xe1, 0};
  EXPECT_EQ(h264_length_size(avcc), 4);
  const Unit avcc_of_two = {1, 100, 0, 31, 0xfc | 1, 0xe1, 0};
  EXPECT_EQ(h264_length_size(avcc_of_two), 2);
  EXPECT_EQ(h264_length_size(Unit{0, 0, 0, 1, 0x67, 100, 0, 31}), 0);
  EXPECT_EQ(h264_length_size(Unit{}), 0);

  Unit hvcc(23, 0);
  hvcc[0] = 1;
  hvcc[21] = 0x0f;
  EXPECT_EQ(hevc_length_size(hvcc), 4);
  Unit annex_b(30, 0xaa);
  std::ranges::copy(Unit{0, 0, 0, 1, 0x40}, annex_b.begin());
  EXPECT_EQ(hevc_length_size(annex_b), 0);
  std::ranges::copy(Unit{0, 0, 1, 0x40, 1}, annex_b.begin());
  EXPECT_EQ(hevc_length_size(annex_b), 0);
  EXPECT_EQ(hevc_length_size(Unit{}), 0);
}

TEST(Nal, ReadsTheRecoveryPoint) {
  EXPECT_EQ(recovery_frame_count(Unit{6, 6, 1, 0xc4, 0x80}), 0);         // 1
  EXPECT_EQ(recovery_frame_count(Unit{6, 6, 1, 0x48, 0x80}), 1);         // 010
  EXPECT_EQ(recovery_frame_count(Unit{6, 6, 2, 0x0a, 0x40, 0x80}), 19);  // 0000 10100
}

TEST(Nal, FindsTheRecoveryPointAfterOtherMessages) {
  EXPECT_EQ(recovery_frame_count(Unit{6, 1, 3, 0x11, 0x22, 0x33, 6, 1, 0x62, 0x80}), 2);
  Unit after_long_user_data = {6, 5, 0xff, 10};
  after_long_user_data.insert(after_long_user_data.end(), 265, 0x55);
  after_long_user_data.insert(after_long_user_data.end(), {6, 1, 0xc4, 0x80});
  EXPECT_EQ(recovery_frame_count(after_long_user_data), 0);
}

TEST(Nal, UndoesEmulationPrevention) {
  const Unit sei = {6, 5, 4, 0, 0, 3, 1, 0x77, 6, 1, 0xc4, 0x80};
  EXPECT_EQ(recovery_frame_count(sei), 0);
  const Unit twice = {6, 5, 6, 0, 0, 3, 0, 0, 3, 1, 0x77, 6, 1, 0x48, 0x80};
  EXPECT_EQ(recovery_frame_count(twice), 1);
}

TEST(Nal, GivesNoRecoveryPointWhereThereIsNone) {
  EXPECT_EQ(recovery_frame_count(Unit{6}), -1);
  EXPECT_EQ(recovery_frame_count(Unit{6, 1, 2, 0x11, 0x22, 0x80}), -1);
  EXPECT_EQ(recovery_frame_count(Unit{6, 6, 40, 0xc4, 0x80}), -1) << "longer than the unit";
  EXPECT_EQ(recovery_frame_count(Unit{6, 6, 2, 0, 0, 0x80}), -1) << "a code without its one bit";
  EXPECT_EQ(recovery_frame_count(Unit{6, 6, 0, 0x80, 0x80}), -1) << "an empty message";
}

}  // namespace
}  // namespace mpienc::input
