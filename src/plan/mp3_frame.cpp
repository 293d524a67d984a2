#include "mpienc/plan/mp3_frame.hpp"

#include <algorithm>
#include <string>

#include "mpienc/core/error.hpp"
#include "mpienc/plan/mp3_stream.hpp"

namespace mpienc {

namespace {

constexpr std::array<std::int32_t, 3> mpeg1_rates{44100, 48000, 32000};
constexpr std::size_t most_reservoir = 511;

int value_of(std::byte byte) { return std::to_integer<int>(byte); }

std::int32_t bits_at(std::span<const std::byte> bytes, std::size_t position, std::size_t count) {
  std::int32_t value = 0;
  for (std::size_t bit = position; bit < position + count; ++bit) {
    value = value << 1 | (value_of(bytes[bit / 8]) >> (7 - bit % 8) & 1);
  }
  return value;
}

[[noreturn]] void refuse(std::size_t place, const char* what) {
  throw Error(ExitStatus::codec, "the MP3 stream is broken at byte " + std::to_string(place) + ": " + what);
}

}  // namespace

std::int32_t Mp3Header::kbps() const { return mp3_kbps(mpeg1, bitrate_index); }

std::optional<Mp3Header> Mp3Header::read(std::span<const std::byte> bytes) {
  if (bytes.size() < 4 || bytes[0] != std::byte{0xff}) return std::nullopt;
  const int first = value_of(bytes[1]), second = value_of(bytes[2]);
  const int version = first >> 3 & 3, layer = first >> 1 & 3, rate_index = second >> 2 & 3;
  if ((first & 0xe0) != 0xe0 || version == 1 || layer != 1 || rate_index == 3) return std::nullopt;
  Mp3Header header;
  header.mpeg1 = version == 3;
  header.rate = mpeg1_rates.at(static_cast<std::size_t>(rate_index)) >> (version == 3   ? 0
                                                                         : version == 2 ? 1
                                                                                        : 2);
  header.channels = value_of(bytes[3]) >> 6 == 3 ? 1 : 2;
  header.bitrate_index = second >> 4;
  if (header.bitrate_index == 0 || header.bitrate_index == 15) return std::nullopt;
  header.padded = (second & 2) != 0;
  header.checksum = (first & 1) == 0;
  header.frame_bytes =
      (header.mpeg1 ? 144000 : 72000) * header.kbps() / header.rate + (header.padded ? 1 : 0);
  header.side_bytes = header.mpeg1 ? (header.channels == 1 ? 17 : 32) : (header.channels == 1 ? 9 : 17);
  return header;
}

bool Mp3Frame::same_sound(const Mp3Frame& other) const {
  return side == other.side && header[0] == other.header[0] && header[1] == other.header[1] &&
         header[3] == other.header[3] && (header[2] & std::byte{0x0f}) == (other.header[2] & std::byte{0x0f});
}

Mp3Side read_mp3_side(std::span<const std::byte> side, const Mp3Header& header) {
  const auto channels = static_cast<std::size_t>(header.channels);
  const std::size_t place_bits = header.mpeg1 ? 9 : 8;
  const std::size_t granule_bits = header.mpeg1 ? 59 : 63;
  std::size_t position = place_bits;
  if (header.mpeg1) {
    position += (channels == 1 ? 5 : 3) + 4 * channels;
  } else {
    position += channels;
  }
  Mp3Side result{bits_at(side, 0, place_bits), 0, 0};
  for (std::size_t part = 0; part < (header.mpeg1 ? 2 : 1) * channels; ++part) {
    const std::int32_t bits = bits_at(side, position, 12);
    result.main_bits += bits;
    if (bits > 0) ++result.sounding_parts;
    position += granule_bits;
  }
  return result;
}

void write_main_data_begin(std::span<std::byte> side, bool mpeg1, std::int32_t value) {
  side[0] = static_cast<std::byte>(mpeg1 ? value >> 1 : value);
  if (mpeg1) side[1] = (side[1] & std::byte{0x7f}) | static_cast<std::byte>((value & 1) << 7);
}

std::uint16_t mp3_frame_crc(std::span<const std::byte> head) {
  unsigned crc = 0xffff;
  const auto add = [&](std::byte byte) {
    crc ^= std::to_integer<unsigned>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1 ^ ((crc & 0x8000U) != 0 ? 0x8005U : 0U)) & 0xffffU;
  };
  for (std::size_t at = 2; at < head.size(); ++at) {
    if (at != 4 && at != 5) add(head[at]);
  }
  return static_cast<std::uint16_t>(crc);
}

Mp3Frames parse_mp3_frames(std::span<const std::byte> stream) {
  Mp3Frames result;
  Bytes bodies;
  std::size_t at = 0;
  while (at < stream.size()) {
    const auto header = Mp3Header::read(stream.subspan(at));
    if (!header) refuse(at, "no frame header");
    const auto length = static_cast<std::size_t>(header->frame_bytes);
    const auto head = static_cast<std::size_t>(header->head_bytes());
    if (length > stream.size() - at || length < head) refuse(at, "the frame is cut off");
    const auto whole = stream.subspan(at, length);
    const auto side = whole.subspan(head - static_cast<std::size_t>(header->side_bytes),
                                    static_cast<std::size_t>(header->side_bytes));
    const Mp3Side info = read_mp3_side(side, *header);

    Mp3Frame frame;
    std::ranges::copy(whole.first(4), frame.header.begin());
    std::ranges::copy(side, frame.side.begin());
    write_main_data_begin(frame.side, header->mpeg1, 0);
    frame.main_data_begin = static_cast<std::uint16_t>(info.main_data_begin);
    frame.main_bits = static_cast<std::uint16_t>(info.main_bits);
    frame.sounding_parts = static_cast<std::uint16_t>(info.sounding_parts);

    if (frame.main_data_begin > bodies.size()) refuse(at, "its data begin before the stream");
    const std::size_t begin = bodies.size() - frame.main_data_begin;
    const auto body = whole.subspan(head);
    bodies.insert(bodies.end(), body.begin(), body.end());
    if (frame.main_bytes() > bodies.size() - begin) refuse(at, "its data end behind it");
    const auto from = bodies.begin() + static_cast<std::ptrdiff_t>(begin);
    result.main.insert(result.main.end(), from, from + static_cast<std::ptrdiff_t>(frame.main_bytes()));
    if (const int used = frame.main_bits % 8; used != 0)
      result.main.back() &= static_cast<std::byte>(0xff00 >> used);
    result.frames.push_back(frame);
    if (bodies.size() > 64 * most_reservoir) {
      bodies.erase(bodies.begin(), bodies.end() - static_cast<std::ptrdiff_t>(most_reservoir));
    }
    at += length;
  }
  return result;
}

}  // namespace mpienc
