#pragma once

#include <optional>

#include "mpienc/input/pcm_region.hpp"

namespace mpienc::input {

/// The header of RIFF WAVE, RF64 (EBU Tech 3306), BW64 (ITU-R BS.2088) and Wave64 files of integer samples.
/// None for files of another kind and for samples that are not integers: those are libavcodec's. Throws
/// Error(input), with `name` in its line, for headers that contradict themselves.
[[nodiscard]] std::optional<PcmHeader> read_wav_header(const PositionedBytes& file, const std::string& name);

/// The same for AIFF and for AIFC of the kinds NONE, twos and sowt.
[[nodiscard]] std::optional<PcmHeader> read_aiff_header(const PositionedBytes& file, const std::string& name);

}  // namespace mpienc::input
