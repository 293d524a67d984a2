#pragma once

#include <string>
#include <string_view>

#include "mpienc/encode/audio.hpp"

namespace mpienc::convert {

/// Throws Error(usage) for an encoder that this FFmpeg does not have, for options that it does not have and
/// values that it does not take, tried on CD audio.
void check_encoder_options(const encode::AudioSettings& settings, std::string_view where);

/// The extension of the container that is usual for what the encoder makes, ".mka" where there is none.
/// Error(usage) where Matroska does not hold it either.
[[nodiscard]] std::string extension_for_encoder(const std::string& encoder);

}  // namespace mpienc::convert
