#include "mpienc/app/recording_settings.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

int number(const std::string& name, const std::string& text, int most) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= 0 && value <= most) return value;
  refuse(fmt::format("--audio-options: {} takes a whole number from 0 to {}, not '{}'", name, most, text));
}

void apply(Mp3Settings& settings, const std::string& name, const std::string& text) {
  if (name == "compression_level") {
    settings.effort = number(name, text, 9);
  } else if (name == "reservoir") {
    settings.reservoir = number(name, text, 1) != 0;
  } else if (name == "crc") {
    settings.checksums = number(name, text, 1) != 0;
  } else if (name == "mono") {
    settings.mono = number(name, text, 1) != 0;
  } else if (name == "abr") {
    if (number(name, text, 1) == 0) return;
    if (settings.control == Mp3Settings::Control::quality)
      refuse("--audio-options abr=1 needs --audio-bitrate");
    settings.control = Mp3Settings::Control::average;
  } else {
    refuse(fmt::format("--audio-options: MP3 has abr, reservoir, crc, mono and compression_level, not '{}'",
                       name));
  }
}

bool for_flac_alone(const Options& options) {
  return options.compression || options.block_samples || options.exhaustive_search ||
         options.precision_search;
}

std::string extension_of(const Options& options) {
  auto text = options.output.extension().string();
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

RecordingKind recording_kind(const Options& options) {
  if (options.inputs.size() != 1 || !options.maps.empty()) return RecordingKind::none;
  const auto extension = extension_of(options);
  if (options.audio_codec == "flac" && (options.plan_only || extension == ".flac"))
    return RecordingKind::flac;
  if (options.audio_codec == "libmp3lame" && (options.plan_only || extension == ".mp3"))
    return RecordingKind::mp3;
  return RecordingKind::none;
}

Mp3Settings mp3_settings(const Options& options) {
  const bool average = options.audio_options.find("abr=1") != std::string::npos;
  Mp3Settings settings;
  if (average && options.audio_bit_rate) {
    settings.control = Mp3Settings::Control::average;
    settings.bitrate = static_cast<std::int32_t>(*options.audio_bit_rate / 1000);
  } else {
    settings = Mp3Settings::from_options(options.audio_quality, options.audio_bit_rate);
  }
  for (std::string_view rest = options.audio_options; !rest.empty();) {
    const auto end = std::min(rest.find(':'), rest.size());
    const std::string item(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = item.find('=');
    if (equals == std::string::npos) refuse(fmt::format("--audio-options takes K=V:K=V:..., not '{}'", item));
    apply(settings, item.substr(0, equals), item.substr(equals + 1));
  }
  check_mp3(settings);
  return settings;
}

encode::FlacSettings flac_settings(const Options& options, bool fma) {
  encode::FlacSettings settings;
  settings.level = options.compression.value_or(settings.level);
  settings.block_samples = options.block_samples.value_or(0);
  settings.exhaustive_model_search = options.exhaustive_search;
  settings.precision_search = options.precision_search;
  settings.fma = fma;
  return settings;
}

void check_recording_options(const Options& options) {
  const auto kind = recording_kind(options);
  if (for_flac_alone(options) && kind != RecordingKind::flac) {
    refuse(
        "--compression, -b, -e and -p are for one recording as a .flac output, without --map or another "
        "codec");
  }
  const bool mp3 = options.audio_codec == "libmp3lame" && !options.plan_only;
  if (!options.audio_options.empty() && !mp3) refuse("--audio-options is for MP3, not for another --audio-codec");
  if (mp3) static_cast<void>(mp3_settings(options));
  if (kind == RecordingKind::none || options.plan_only) return;
  if (options.chunk_seconds)
    refuse("--chunk cuts video; FLAC and MP3 chunks have lengths of their own: leave it out");
  if (options.on_bad_chunk != OnBadChunk::fail)
    refuse("--on-bad-chunk copy and skip are for video; leave it out");
  if (kind == RecordingKind::flac && (options.audio_bit_rate || options.audio_quality)) {
    refuse("--audio-bitrate and --audio-quality have no effect on FLAC; take --compression 0 to 8");
  }
}

}  // namespace mpienc::app
