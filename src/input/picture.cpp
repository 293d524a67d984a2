#include "mpienc/input/picture.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "mpienc/input/nal.hpp"

namespace mpienc::input {

namespace {

using Bytes = std::span<const std::uint8_t>;

Bytes data_of(const AVPacket& packet) { return {packet.data, static_cast<std::size_t>(packet.size)}; }

/// The bytes after the first start code 00 00 01 `code`, or empty.
Bytes after_start_code(Bytes data, std::uint8_t code) {
  const std::array<std::uint8_t, 4> pattern = {0, 0, 1, code};
  const auto found = std::ranges::search(data, pattern);
  return {found.end(), data.end()};
}

/// ISO/IEC 13818-2: a sequence header (B3) must come before the picture (00) for the cut to be safe.
Picture inspect_mpeg12(const AVPacket& packet) {
  constexpr int intra = 1;
  constexpr int bidirectional = 3;
  const auto data = data_of(packet);
  const auto picture = after_start_code(data, 0x00);
  const int type = picture.size() >= 2 ? picture[1] >> 3 & 7 : 0;
  const auto sequence = after_start_code(data, 0xb3);
  const bool has_sequence = sequence.size() > picture.size();
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  return {key && has_sequence && type == intra, type == bidirectional,
          type == bidirectional ? Picture::Leading::yes : Picture::Leading::no};
}

/// ISO/IEC 14496-2: vop_coding_type in the two bits after the VOP start code (B6).
Picture inspect_mpeg4(const AVPacket& packet) {
  constexpr int bidirectional = 2;
  const auto vop = after_start_code(data_of(packet), 0xb6);
  const int type = vop.empty() ? -1 : vop[0] >> 6;
  return {(packet.flags & AV_PKT_FLAG_KEY) != 0, type == bidirectional,
          type == bidirectional ? Picture::Leading::yes : Picture::Leading::no};
}

Picture inspect_h264(const AVPacket& packet, int length_size) {
  constexpr int idr = 5;
  constexpr int sei = 6;
  bool is_idr = false;
  int recovery = -1;
  for (const auto unit : split_nal_units(data_of(packet), length_size)) {
    const int type = unit[0] & 0x1f;
    is_idr |= type == idr;
    if (type == sei && recovery < 0) recovery = recovery_frame_count(unit);
  }
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  const bool placed = packet.pts != AV_NOPTS_VALUE;
  Picture picture;
  picture.safe_cut = is_idr || (key && recovery == 0 && placed);
  return picture;
}

/// ITU-T H.265 table 7-1: RADL and RASL 6 to 9, IRAP 16 to 23.
Picture inspect_hevc(const AVPacket& packet, int length_size) {
  Picture picture;
  picture.leading = Picture::Leading::no;
  for (const auto unit : split_nal_units(data_of(packet), length_size)) {
    const int type = unit[0] >> 1 & 0x3f;
    if (type >= 32) continue;
    if (type >= 16 && type <= 23) picture.safe_cut = true;
    if (type >= 6 && type <= 9) picture.leading = Picture::Leading::yes;
    break;
  }
  return picture;
}

}  // namespace

PictureParser::PictureParser(const AVCodecParameters& parameters) : codec_(parameters.codec_id) {
  const Bytes extradata = {parameters.extradata, static_cast<std::size_t>(parameters.extradata_size)};
  if (codec_ == AV_CODEC_ID_H264) length_size_ = h264_length_size(extradata);
  if (codec_ == AV_CODEC_ID_HEVC) length_size_ = hevc_length_size(extradata);
}

Picture PictureParser::inspect(const AVPacket& packet) const {
  Picture picture;
  switch (codec_) {
    case AV_CODEC_ID_MPEG1VIDEO:
    case AV_CODEC_ID_MPEG2VIDEO: picture = inspect_mpeg12(packet); break;
    case AV_CODEC_ID_MPEG4: picture = inspect_mpeg4(packet); break;
    case AV_CODEC_ID_H264: picture = inspect_h264(packet, length_size_); break;
    case AV_CODEC_ID_HEVC: picture = inspect_hevc(packet, length_size_); break;
    default: picture.safe_cut = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  }
  if ((packet.flags & AV_PKT_FLAG_DISCARD) != 0) picture.safe_cut = false;
  return picture;
}

}  // namespace mpienc::input
