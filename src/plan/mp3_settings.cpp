#include "mpienc/plan/mp3_settings.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc {

namespace {

constexpr double quality_end = 10;
constexpr std::array constant_rates{8,  16,  24,  32,  40,  48,  56,  64,  80,
                                    96, 112, 128, 144, 160, 192, 224, 256, 320};
constexpr std::int32_t lowest_rate = constant_rates.front(), highest_rate = constant_rates.back();

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

void check_rate(const Mp3Settings& settings) {
  const bool constant = settings.control == Mp3Settings::Control::constant;
  if (constant && std::ranges::find(constant_rates, settings.bitrate) == constant_rates.end()) {
    refuse(fmt::format("MP3 has no bit rate of {} kbit/s: give one of {}", settings.bitrate,
                       fmt::join(constant_rates, ", ")));
  }
  if (settings.bitrate < lowest_rate || settings.bitrate > highest_rate) {
    refuse(fmt::format("MP3 cannot average {} kbit/s: give {} to {}", settings.bitrate, lowest_rate,
                       highest_rate));
  }
}

}  // namespace

Mp3Settings Mp3Settings::from_options(std::optional<double> quality,
                                      std::optional<std::int64_t> bits_per_second) {
  Mp3Settings settings;
  if (bits_per_second) {
    settings.control = Control::constant;
    settings.bitrate =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(*bits_per_second / 1000, 0, 1000000));
  } else if (quality) {
    settings.quality = *quality;
  }
  check_mp3(settings);
  return settings;
}

Bytes Mp3Settings::serialise() const {
  ByteWriter writer;
  writer.put(control);
  writer.put(quality);
  for (const auto value : {bitrate, effort}) writer.put(value);
  for (const bool value : {reservoir, checksums, mono, keep_rate, flush_join}) writer.put(value);
  return writer.take();
}

Mp3Settings Mp3Settings::parse(ByteReader& reader) {
  Mp3Settings settings;
  settings.control = reader.get<Control>();
  settings.quality = reader.get<double>();
  for (auto* value : {&settings.bitrate, &settings.effort}) *value = reader.get<std::int32_t>();
  for (auto* value : {&settings.reservoir, &settings.checksums, &settings.mono, &settings.keep_rate,
                      &settings.flush_join}) {
    *value = reader.get<bool>();
  }
  return settings;
}

void check_mp3(const Mp3Settings& settings) {
  if (settings.control == Mp3Settings::Control::quality) {
    if (!(settings.quality >= 0 && settings.quality < quality_end)) {
      refuse(fmt::format("MP3 has no quality {}: give 0 (best) to 9.999 (smallest)", settings.quality));
    }
  } else {
    check_rate(settings);
  }
  if (settings.effort < -1 || settings.effort > 9) {
    refuse(fmt::format("LAME has no effort {}: give 0 (slow, best) to 9 (fast)", settings.effort));
  }
}

void check_mp3(const Mp3Settings& settings, const PcmFormat& format) {
  check_mp3(settings);
  if (format.channels < 1 || format.channels > 2) {
    throw Error(ExitStatus::input,
                fmt::format("MP3 holds one or two channels and this input has {}: mix it down, or "
                            "choose another codec",
                            format.channels));
  }
  if (format.rate < 1)
    throw Error(ExitStatus::input, fmt::format("no MP3 of {} samples a second", format.rate));
}

}  // namespace mpienc
