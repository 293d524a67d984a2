#include "mpienc/output/mp3_tag.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>

#include "mpienc/core/error.hpp"
#include "mpienc/output/mp3_join.hpp"
#include "mpienc/plan/mp3_frame.hpp"

namespace mpienc::output {

namespace {

constexpr std::size_t most_sums = 400;
constexpr int contents_entries = 100;

constexpr std::array<std::uint16_t, 256> make_crc_table() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned index = 0; index < table.size(); ++index) {
    unsigned crc = index;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1U) != 0 ? 0xa001U : 0U);
    table[index] = static_cast<std::uint16_t>(crc);
  }
  return table;
}

constexpr auto crc_table = make_crc_table();

void put_big_endian(std::span<std::byte> place, std::uint64_t value) {
  for (auto byte = place.rbegin(); byte != place.rend(); ++byte, value >>= 8)
    *byte = static_cast<std::byte>(value & 0xff);
}

}  // namespace

void Mp3MusicCrc::add(std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes) {
    value_ = static_cast<std::uint16_t>(value_ >> 8 ^
                                        crc_table[(value_ ^ std::to_integer<unsigned>(byte)) & 0xff]);
  }
}

std::int64_t find_mp3_tag(std::span<const std::byte> frame) {
  const auto header = Mp3Header::read(frame);
  if (!header) return -1;
  // LAME counts no checksum here, even in a frame that has one.
  const auto at = static_cast<std::size_t>(4 + header->side_bytes);
  if (frame.size() < at + mp3_tag::size) return -1;
  const std::string_view name(reinterpret_cast<const char*>(frame.data()) + at, 4);
  return name == "Info" || name == "Xing" ? static_cast<std::int64_t>(at) : -1;
}

void Mp3Tag::add(std::span<const std::byte> frames) {
  bytes_ += for_each_mp3_frame(frames, [&](std::span<const std::byte> frame) {
    count(Mp3Header::read(frame)->kbps());
    ++frames_;
  });
  music_.add(frames);
}

void Mp3Tag::count(std::int32_t kbps) {
  sum_ += kbps;
  if (++seen_ < stride_) return;
  sums_.push_back(sum_);
  seen_ = 0;
  if (sums_.size() < most_sums) return;
  for (std::size_t at = 1; at < most_sums; at += 2) sums_[at / 2] = sums_[at];
  sums_.resize(most_sums / 2);
  stride_ *= 2;
}

std::uint8_t Mp3Tag::seek_point(int percent) const {
  const float part = static_cast<float>(percent) / static_cast<float>(contents_entries);
  const auto count = static_cast<int>(sums_.size());
  const int index = std::min(static_cast<int>(std::floor(part * static_cast<float>(count))), count - 1);
  const auto reached = static_cast<float>(sums_[static_cast<std::size_t>(index)]);
  return static_cast<std::uint8_t>(
      std::min(static_cast<int>(256.0 * reached / static_cast<float>(sum_)), 255));
}

Bytes Mp3Tag::finish(Bytes tag) const {
  const std::int64_t found = find_mp3_tag(tag);
  if (found < 0 || sums_.empty())
    throw Error(ExitStatus::internal, "the last MP3 chunk brought no Info frame");
  const auto fields = std::span(tag).subspan(static_cast<std::size_t>(found));
  put_big_endian(fields.subspan(mp3_tag::frames, 4), frames_);
  for (const std::size_t place : {mp3_tag::bytes, mp3_tag::music_bytes}) {
    put_big_endian(fields.subspan(place, 4), bytes_ + tag.size());
  }
  fields[mp3_tag::contents] = std::byte{0};
  for (int percent = 1; percent < contents_entries; ++percent) {
    fields[mp3_tag::contents + static_cast<std::size_t>(percent)] =
        static_cast<std::byte>(seek_point(percent));
  }
  put_big_endian(fields.subspan(mp3_tag::music_crc, 2), music_.value());
  Mp3MusicCrc own;
  own.add(std::span<const std::byte>(tag).first(static_cast<std::size_t>(found) + mp3_tag::tag_crc));
  put_big_endian(fields.subspan(mp3_tag::tag_crc, 2), own.value());
  return tag;
}

}  // namespace mpienc::output
