#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mpienc/app/options.hpp"
#include "mpienc/sched/policy.hpp"

namespace mpienc::app {

/// A decimal number within [low, high]; else Error(usage) naming the option, the value and the range.
[[nodiscard]] double number_value(std::string_view option, std::string_view text, double low, double high);
[[nodiscard]] int whole_value(std::string_view option, std::string_view text, int low, int high);

/// Bits per second, 1000 to 100 million: "192000", "192k" or "1.5M"; else Error(usage).
[[nodiscard]] std::int64_t bit_rate_value(std::string_view option, std::string_view text);

/// A strategy by its name; else Error(usage) that lists them and guesses which was meant.
[[nodiscard]] sched::Strategy schedule_value(std::string_view text);

/// fail, copy or skip; else Error(usage).
[[nodiscard]] OnBadChunk bad_chunk_value(std::string_view text);

/// A name that ends in .h5 or .hdf5, so that a slip replaces no film; else Error(usage).
[[nodiscard]] std::filesystem::path record_value(const std::string& text);

/// The one of `known` that `unknown` is most likely a slip of; empty where none is near. ffmpeg's names
/// for our options count as slips.
[[nodiscard]] std::string nearest_option(std::string_view unknown, const std::vector<std::string>& known);

}  // namespace mpienc::app
