#include "mpienc/output/mp3_check.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/output/mp3_tag.hpp"
#include "mpienc/plan/mp3_frame.hpp"

namespace mpienc::output {

namespace {

using View = std::span<const std::byte>;

std::uint32_t big_endian(View bytes) {
  std::uint32_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint32_t>(byte);
  return value;
}

std::size_t id3_bytes(View file) {
  if (file.size() < 10 || big_endian(file.first(3)) != 0x494433) return 0;
  std::size_t size = 0;
  for (const std::byte byte : file.subspan(6, 4)) size = size << 7 | std::to_integer<std::size_t>(byte);
  return size + 10;
}

class Walk {
 public:
  explicit Walk(View file) : file_(file), at_(id3_bytes(file)) {}

  Mp3Facts run() {
    read_tag();
    facts_.least_reservoir = std::numeric_limits<std::int32_t>::max();
    while (at_ < file_.size()) step();
    if (facts_.frames == 0) refuse("no frame");
    if (facts_.tagged) check_tag();
    facts_.samples = facts_.frames * samples_per_frame_ - facts_.delay - facts_.padding;
    return facts_;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ExitStatus::codec, fmt::format("the MP3 is wrong at byte {}: {}", at_, what));
  }

  void read_tag() {
    const auto header = Mp3Header::read(file_.subspan(std::min(at_, file_.size())));
    if (!header) refuse("no frame");
    const View frame = file_.subspan(
        at_, std::min<std::size_t>(file_.size() - at_, static_cast<std::size_t>(header->frame_bytes)));
    const auto found = find_mp3_tag(frame);
    if (found < 0) return;
    facts_.tagged = true;
    tag_frame_ = frame;
    tag_ = frame.subspan(static_cast<std::size_t>(found));
    const std::uint32_t delays = big_endian(tag_.subspan(mp3_tag::delays, 3));
    facts_.delay = static_cast<std::int32_t>(delays >> 12);
    facts_.padding = static_cast<std::int32_t>(delays & 0xfff);
    at_ += frame.size();
  }

  void step() {
    const auto header = Mp3Header::read(file_.subspan(at_));
    if (!header) refuse("no frame header");
    const auto length = static_cast<std::size_t>(header->frame_bytes),
               head = static_cast<std::size_t>(header->head_bytes());
    if (length > file_.size() - at_ || length < head) refuse("the frame is cut off");
    const View frame = file_.subspan(at_, length);
    const auto kind = big_endian(frame.first(2)) << 8 | (std::to_integer<std::uint32_t>(frame[2]) & 0x0c);
    if (facts_.frames > 0 && kind != kind_) refuse("a frame of another kind");
    kind_ = kind;
    samples_per_frame_ = header->samples();
    if (header->checksum && big_endian(frame.subspan(4, 2)) != mp3_frame_crc(frame.first(head)))
      refuse("frame CRC");
    check_data(read_mp3_side(frame.subspan(head - static_cast<std::size_t>(header->side_bytes)), *header),
               static_cast<std::int64_t>(length - head));
    rebuilt_.add(frame);
    ++facts_.frames;
    at_ += length;
  }

  void check_data(const Mp3Side& side, std::int64_t body) {
    const std::int64_t begin = bodies_ - side.main_data_begin;
    if (begin < data_end_) refuse("its data begin within those of the frame before");
    data_end_ = begin + (side.main_bits + 7) / 8;
    bodies_ += body;
    if (data_end_ > bodies_) refuse("its data end behind it");
    facts_.least_reservoir = std::min(facts_.least_reservoir, side.main_data_begin);
    facts_.most_reservoir = std::max(facts_.most_reservoir, side.main_data_begin);
    if (facts_.frames > 0 && side.main_data_begin == 0) ++facts_.resets;
  }

  void check_tag() const {
    const Bytes right = rebuilt_.finish({tag_frame_.begin(), tag_frame_.end()});
    const auto difference = std::ranges::mismatch(right, tag_frame_);
    if (difference.in1 == right.end()) return;
    throw Error(ExitStatus::codec,
                fmt::format("the MP3's Info frame is wrong at its byte {}", difference.in1 - right.begin()));
  }

  View file_;
  std::size_t at_;
  Mp3Facts facts_;
  View tag_frame_, tag_;
  Mp3Tag rebuilt_;
  std::uint32_t kind_ = 0;
  std::int32_t samples_per_frame_ = 0;
  std::int64_t bodies_ = 0;    ///< bytes of all bodies so far
  std::int64_t data_end_ = 0;  ///< of the frame before, in the same count
};

}  // namespace

Mp3Facts check_mp3_file(std::span<const std::byte> file) { return Walk(file).run(); }

}  // namespace mpienc::output
