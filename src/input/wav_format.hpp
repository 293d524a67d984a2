#pragma once

#include <optional>
#include <string>

#include "mpienc/core/pcm.hpp"

namespace mpienc::input {

/// A `fmt ` chunk's content (WAVEFORMATEX, WAVEFORMATEXTENSIBLE of mmreg.h); none where the samples are not
/// integers. Throws Error(input), with `name`, where the values cannot be.
[[nodiscard]] std::optional<PcmFormat> read_wav_format(std::span<const std::byte> fmt,
                                                       const std::string& name);

}  // namespace mpienc::input
