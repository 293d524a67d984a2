#include "mpienc/plan/mp3_reservoir.hpp"

#include <algorithm>

#include "mpienc/core/error.hpp"

namespace mpienc {

Mp3Reservoir::Budget Mp3Reservoir::budget(std::int32_t bitrate_index, bool padded,
                                          std::int32_t saved_bits) const {
  const std::int32_t frame = 8 * stream_.frame_bytes(bitrate_index, padded);
  const std::int32_t buffer = 7680 * stream_.granules();
  Budget result;
  result.body_bits = frame - 8 * stream_.head_bytes();
  // main_data_begin has 9 bits, in MPEG-2 8.
  result.most_saved = stream_.reservoir ? std::clamp(buffer - frame, 0, 2048 * stream_.granules() - 8) : 0;
  result.usable = std::min(result.body_bits + std::min(saved_bits, result.most_saved), buffer);
  return result;
}

std::int32_t Mp3Reservoir::varying_index(const Mp3Frame& frame, std::int32_t saved_bits, bool silent) const {
  const std::int32_t highest = stream_.highest_bitrate_index();
  const auto usable = [&](std::int32_t index) { return budget(index, frame.padded(), saved_bits).usable; };
  std::int32_t lowest = 1;
  while (lowest < highest && frame.main_bits > usable(lowest)) ++lowest;
  const std::int32_t most_unused = silent ? 0 : budget(highest, frame.padded(), saved_bits).most_saved;
  if (most_unused == 0) return lowest;
  std::int32_t index = highest;
  while (index > lowest && usable(index) - frame.main_bits > most_unused) --index;
  return index;
}

std::int32_t Mp3Reservoir::average_index(const Mp3Frame& frame) const {
  const std::int32_t saved = 8 * level_ - frame.main_bits;
  std::int32_t index = 1;
  while (index < stream_.highest_bitrate_index() && budget(index, frame.padded(), saved).usable < 0) ++index;
  return index;
}

std::int32_t Mp3Reservoir::bitrate_index(const Mp3Frame& frame) const {
  if (stream_.control == Mp3Settings::Control::constant || frame.reservoir == level_)
    return frame.bitrate_index();
  if (stream_.control == Mp3Settings::Control::average) return average_index(frame);
  // LAME saves nothing up in a frame that it heard as silence, which only its choice of bit rate tells.
  const bool loud_fits = varying_index(frame, 8 * frame.reservoir, false) == frame.bitrate_index();
  const bool silent_fits = varying_index(frame, 8 * frame.reservoir, true) == frame.bitrate_index();
  const bool silent = silent_fits && (!loud_fits || frame.main_bits == 0);
  return varying_index(frame, 8 * level_, silent);
}

bool Mp3Reservoir::may_differ(const Mp3Frame& frame) const {
  if (stream_.control != Mp3Settings::Control::quality || frame.reservoir == level_) return false;
  // LAME limits only the frame as a whole, and gives loud parts all that the reservoir allows (on_pe() and
  // VBR_encode_frame() of LAME). What it has to cut down ends between 0.93 and 1 of that.
  const std::int32_t saved = 8 * std::min<std::int32_t>(frame.reservoir, level_);
  const std::int32_t usable = budget(stream_.highest_bitrate_index(), false, saved).usable;
  return 10 * frame.main_bits * stream_.granules() * stream_.channels > 9 * usable * frame.sounding_parts;
}

Mp3Reservoir::Head Mp3Reservoir::head_of(const Mp3Frame& frame, std::int32_t bitrate_index,
                                         std::int32_t main_data_begin) const {
  Head head;
  const auto size = static_cast<std::size_t>(stream_.head_bytes());
  const std::size_t side_at = stream_.checksums ? 6 : 4;
  std::ranges::copy(frame.header, head.bytes.begin());
  head.bytes[2] = (frame.header[2] & std::byte{0x0f}) | static_cast<std::byte>(bitrate_index << 4);
  std::copy_n(frame.side.begin(), size - side_at, head.bytes.begin() + static_cast<std::ptrdiff_t>(side_at));
  write_main_data_begin(std::span(head.bytes).subspan(side_at), stream_.mpeg1(), main_data_begin);
  if (stream_.checksums) {
    const std::uint16_t crc = mp3_frame_crc(std::span(head.bytes).first(size));
    head.bytes[4] = static_cast<std::byte>(crc >> 8);
    head.bytes[5] = static_cast<std::byte>(crc & 0xff);
  }
  head.body_bytes = static_cast<std::size_t>(stream_.frame_bytes(bitrate_index, frame.padded())) - size;
  return head;
}

bool Mp3Reservoir::add(const Mp3Frame& frame, std::span<const std::byte> main, Bytes& out) {
  const std::int32_t index = bitrate_index(frame);
  const Budget room = budget(index, frame.padded(), 8 * level_);
  const std::int32_t saved = 8 * level_ + room.body_bits - frame.main_bits;
  if (saved < 0) return false;

  const std::int32_t unaligned = saved % 8;
  const std::int32_t stuffing = unaligned + std::max(0, saved - unaligned - room.most_saved);
  const std::int32_t before =
      std::min(8 * level_, stuffing) / 8;  // bytes that still fit in front of the frame
  stuff(8 * before, out);
  heads_.push_back(head_of(frame, index, level_ - before));
  const auto whole = static_cast<std::size_t>(frame.main_bits / 8);
  put_bytes(main.first(whole), out);
  if (const int rest = frame.main_bits % 8; rest != 0) {
    put_bits(std::to_integer<unsigned>(main[whole]) >> (8 - rest), rest, out);
  }
  stuff(stuffing - 8 * before, out);
  level_ = (saved - stuffing) / 8;
  return true;
}

void Mp3Reservoir::finish(Bytes& out) {
  stuff(8 * level_, out);
  level_ = 0;
}

void Mp3Reservoir::stuff(std::int32_t bits, Bytes& out) {
  const auto put_text = [&](std::string_view text) {
    for (const char letter : text) {
      if (bits < 8) return;
      put_bits(static_cast<unsigned char>(letter), 8, out);
      bits -= 8;
    }
  };
  put_text("LAME");
  if (bits >= 32) put_text(stream_.lame_version);
  for (; bits > 0; --bits) {
    put_bits(stuffing_bit_ ? 1 : 0, 1, out);
    stuffing_bit_ ^= stream_.reservoir;
  }
}

void Mp3Reservoir::put_bits(unsigned value, int count, Bytes& out) {
  partial_ = partial_ << count | value;
  partial_bits_ += count;
  if (partial_bits_ < 8) return;
  partial_bits_ -= 8;
  const auto byte = static_cast<std::byte>(partial_ >> partial_bits_ & 0xff);
  put_bytes({&byte, 1}, out);
  partial_ &= (1U << partial_bits_) - 1;
}

void Mp3Reservoir::put_bytes(std::span<const std::byte> bytes, Bytes& out) {
  while (!bytes.empty()) {
    while (body_left_ == 0) begin_body(out);
    const auto part = bytes.first(std::min(body_left_, bytes.size()));
    out.insert(out.end(), part.begin(), part.end());
    body_left_ -= part.size();
    bytes = bytes.subspan(part.size());
  }
}

void Mp3Reservoir::begin_body(Bytes& out) {
  if (heads_.empty()) throw Error(ExitStatus::internal, "MP3 data without a frame to hold them");
  const Head& head = heads_.front();
  out.insert(out.end(), head.bytes.begin(),
             head.bytes.begin() + static_cast<std::ptrdiff_t>(stream_.head_bytes()));
  body_left_ = head.body_bytes;
  heads_.pop_front();
}

}  // namespace mpienc
