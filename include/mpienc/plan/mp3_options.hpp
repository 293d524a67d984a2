#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mpienc/core/key_values.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc {

/// From a quality (-V), a bit rate in bits per second, which rules where both are given, and options:
/// compression_level (-q), reservoir, crc, mono and abr, which makes the bit rate an average. Throws
/// Error(usage), for options beginning with `where`, for what LAME does not have.
[[nodiscard]] Mp3Settings mp3_settings(std::optional<double> quality, std::optional<std::int64_t> bit_rate,
                                       std::span<const KeyValue> options, std::string_view where);

}  // namespace mpienc
