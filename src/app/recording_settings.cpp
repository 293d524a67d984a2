#include "mpienc/app/recording_settings.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "mpienc/core/error.hpp"
#include "mpienc/plan/mp3_options.hpp"

namespace mpienc::app {

namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

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
  constexpr std::string_view where = "--audio-options";
  return mpienc::mp3_settings(options.audio_quality, options.audio_bit_rate,
                              parse_key_values(options.audio_options, where), where);
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
  if (!options.audio_options.empty() && !mp3)
    refuse("--audio-options is for MP3, not for another --audio-codec");
  if (mp3) static_cast<void>(mp3_settings(options));
  if (options.shared_fs && kind == RecordingKind::none) {
    refuse("--shared-fs is for one recording as a .flac or .mp3 output, without --map or another codec");
  }
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
