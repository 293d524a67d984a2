#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mpienc::input {

using NalUnit = std::span<const std::uint8_t>;

/// The NAL units of one H.264 or HEVC packet, headers included. length_size: bytes of the length
/// prefix (ISO/IEC 14496-15), or 0 for Annex B start codes.
[[nodiscard]] std::vector<NalUnit> split_nal_units(std::span<const std::uint8_t> packet, int length_size);

/// The prefix's size as avcC or hvcC extradata states it; 0 where extradata is Annex B or empty.
[[nodiscard]] int h264_length_size(std::span<const std::uint8_t> extradata);
[[nodiscard]] int hevc_length_size(std::span<const std::uint8_t> extradata);

/// recovery_frame_cnt of an H.264 SEI unit's recovery point (H.264 D.1.8), or -1 where it has none.
[[nodiscard]] int recovery_frame_count(NalUnit sei);

}  // namespace mpienc::input
