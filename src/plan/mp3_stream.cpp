#include "mpienc/plan/mp3_stream.hpp"

#include <array>

namespace mpienc {

namespace {

constexpr std::array<std::array<std::int16_t, 15>, 2> kbps_table{
    {{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
     {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}}};
constexpr std::int32_t tag_fields = 156;  // from "Info" to the tag's CRC

std::int32_t length_of(const Mp3Stream& stream, std::int32_t kbps) {
  return stream.granules() * 72000 * kbps / stream.rate;
}

}  // namespace

std::int32_t mp3_kbps(bool mpeg1, std::int32_t bitrate_index) {
  return kbps_table.at(mpeg1 ? 1 : 0).at(static_cast<std::size_t>(bitrate_index));
}

std::int32_t Mp3Stream::head_bytes() const {
  const std::int32_t side = mpeg1() ? (channels == 1 ? 17 : 32) : (channels == 1 ? 9 : 17);
  return 4 + (checksums ? 2 : 0) + side;
}

std::int32_t Mp3Stream::frame_bytes(std::int32_t bitrate_index, bool padded) const {
  return length_of(*this, mp3_kbps(mpeg1(), bitrate_index)) + (padded ? 1 : 0);
}

std::int32_t Mp3Stream::tag_bytes() const {
  const std::int32_t varying = mpeg1() ? 128 : rate < 16000 ? 32 : 64;
  const std::int32_t length = length_of(*this, control == Mp3Settings::Control::constant ? bitrate : varying);
  return length < head_bytes() + tag_fields ? 0 : length;
}

std::int32_t Mp3Stream::padding_of(std::int64_t samples) const {
  const auto rest = static_cast<std::int32_t>((samples + delay) % samples_per_frame);
  const std::int32_t padding = samples_per_frame - rest;
  return padding < 576 ? padding + samples_per_frame : padding;
}

std::int64_t Mp3Stream::frames_of(std::int64_t samples) const {
  return (delay + samples + padding_of(samples)) / samples_per_frame;
}

Bytes Mp3Stream::serialise() const {
  ByteWriter writer;
  for (const auto value : {rate, channels, samples_per_frame, delay, bitrate}) writer.put(value);
  writer.put(control);
  writer.put(joining);
  for (const bool value : {reservoir, checksums}) writer.put(value);
  writer.put_string(lame_version);
  return writer.take();
}

Mp3Stream Mp3Stream::parse(ByteReader& reader) {
  Mp3Stream stream;
  for (auto* value :
       {&stream.rate, &stream.channels, &stream.samples_per_frame, &stream.delay, &stream.bitrate}) {
    *value = reader.get<std::int32_t>();
  }
  stream.control = reader.get<Mp3Settings::Control>();
  stream.joining = reader.get<Mp3Joining>();
  for (auto* value : {&stream.reservoir, &stream.checksums}) *value = reader.get<bool>();
  stream.lame_version = reader.get_string();
  return stream;
}

}  // namespace mpienc
