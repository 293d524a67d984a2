#include "mpienc/plan/mp3_options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc {

Mp3Settings mp3_settings(std::optional<double> quality, std::optional<std::int64_t> bit_rate,
                         std::span<const KeyValue> options, std::string_view where) {
  const auto abr = std::ranges::find(options, "abr", &KeyValue::key);
  const bool average = abr != options.end() && on_or_off(*abr, where);
  Mp3Settings settings;
  if (average && !bit_rate) {
    throw Error(ExitStatus::usage,
                fmt::format("{}: abr=1 makes an average of the bit rate: give one", where));
  }
  if (average) {
    settings.control = Mp3Settings::Control::average;
    settings.bitrate = static_cast<std::int32_t>(std::clamp<std::int64_t>(*bit_rate / 1000, 0, 1000000));
  } else {
    settings = Mp3Settings::from_options(quality, bit_rate);
  }
  for (const auto& option : options) {
    if (option.key == "compression_level") {
      settings.effort = whole_number(option, 0, 9, where);
    } else if (option.key == "reservoir") {
      settings.reservoir = on_or_off(option, where);
    } else if (option.key == "crc") {
      settings.checksums = on_or_off(option, where);
    } else if (option.key == "mono") {
      settings.mono = on_or_off(option, where);
    } else if (option.key != "abr") {
      throw Error(ExitStatus::usage,
                  fmt::format("{}: MP3 has abr, reservoir, crc, mono and compression_level, not '{}'", where,
                              option.key));
    }
  }
  check_mp3(settings);
  return settings;
}

}  // namespace mpienc
