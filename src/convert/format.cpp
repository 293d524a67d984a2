#include "mpienc/convert/format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "libavcodec_format.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/core/key_values.hpp"
#include "mpienc/plan/mp3_options.hpp"

namespace mpienc::convert {

namespace {

using Options = std::vector<KeyValue>;

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

/// Takes the option out of the list.
std::optional<KeyValue> take(Options& options, std::string_view key) {
  const auto found = std::ranges::find(options, key, &KeyValue::key);
  if (found == options.end()) return std::nullopt;
  KeyValue option = std::move(*found);
  options.erase(found);
  return option;
}

std::optional<double> take_quality(Options& options, std::string_view where) {
  const auto option = take(options, "quality");
  if (!option) return std::nullopt;
  double value = 0;
  const auto* const last = option->value.data() + option->value.size();
  const auto [end, error] = std::from_chars(option->value.data(), last, value, std::chars_format::fixed);
  if (error != std::errc{} || end != last || !std::isfinite(value)) {
    refuse(fmt::format("{}: quality takes a number, not '{}'", where, option->value));
  }
  return value;
}

/// Bits per second; "128k" are 128000.
std::optional<std::int64_t> take_bit_rate(Options& options, std::string_view where) {
  const auto option = take(options, "bitrate");
  if (!option) return std::nullopt;
  std::string_view text = option->value;
  const bool thousands = text.ends_with('k');
  if (thousands) text.remove_suffix(1);
  std::int64_t value = 0;
  const auto* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  constexpr std::int64_t most = 100'000'000;
  if (error != std::errc{} || end != last || value < 1 || value > most) {
    refuse(
        fmt::format("{}: bitrate takes bits per second, or with a k thousands of them, as in 128k, not '{}'",
                    where, option->value));
  }
  return thousands ? std::min(1000 * value, most) : value;
}

encode::FlacSettings flac_settings(const Options& options, std::string_view where) {
  encode::FlacSettings settings;
  for (const auto& option : options) {
    if (option.key == "compression_level") {
      settings.level = whole_number(option, 0, 8, where);
    } else if (option.key == "block") {
      settings.block_samples = whole_number(option, 16, 16384, where);
    } else if (option.key == "exhaustive") {
      settings.exhaustive_model_search = on_or_off(option, where);
    } else if (option.key == "precision") {
      settings.precision_search = on_or_off(option, where);
    } else {
      refuse(fmt::format("{}: FLAC has compression_level, block, exhaustive and precision, not '{}'", where,
                         option.key));
    }
  }
  return settings;
}

Format libavcodec_format(std::string_view encoder, Options options, std::string_view where) {
  encode::AudioSettings settings;
  settings.codec = encoder;
  settings.quality = take_quality(options, where);
  settings.bit_rate = take_bit_rate(options, where);
  for (const auto& option : options) settings.options[option.key] = option.value;
  Format format;
  format.kind = Format::Kind::libavcodec;
  check_encoder_options(settings, where);
  format.audio = std::move(settings);
  return format;
}

Format known_format(std::string_view name, Options options) {
  const auto where = fmt::format("options of {}", name);
  struct Preset {
    std::string_view name, encoder, extension;
  };
  constexpr std::array presets{Preset{"vorbis", "libvorbis", ".ogg"}, Preset{"opus", "libopus", ".opus"},
                               Preset{"aac", "aac", ".m4a"}};
  constexpr std::string_view any = "ffmpeg:";
  Format format;
  if (name == "mp3") {
    const auto quality = take_quality(options, where);
    const auto bit_rate = take_bit_rate(options, where);
    if (quality && bit_rate) refuse(fmt::format("{}: quality and bitrate exclude each other", where));
    format.mp3 = mp3_settings(quality, bit_rate, options, where);
    format.extension = ".mp3";
  } else if (name == "flac") {
    format.kind = Format::Kind::flac;
    format.flac = flac_settings(options, where);
    format.extension = ".flac";
  } else if (name == "test") {
    if (!options.empty()) refuse(fmt::format("{}: it has none", where));
    format.kind = Format::Kind::test;
    format.extension = ".ana";
  } else if (name.starts_with(any)) {
    format = libavcodec_format(name.substr(any.size()), std::move(options), where);
    format.extension = extension_for_encoder(format.audio.codec);
  } else if (const auto* const preset = std::ranges::find(presets, name, &Preset::name);
             preset != presets.end()) {
    format = libavcodec_format(preset->encoder, std::move(options), where);
    format.extension = preset->extension;
  } else {
    refuse(fmt::format("there is no format '{}': give mp3, vorbis, opus, flac, aac, test or ffmpeg:ENCODER",
                       name));
  }
  return format;
}

}  // namespace

Format parse_format(std::string_view name, std::string_view options) {
  auto format = known_format(name, parse_key_values(options, fmt::format("options of {}", name)));
  format.name = name;
  format.options = options;
  return format;
}

}  // namespace mpienc::convert
