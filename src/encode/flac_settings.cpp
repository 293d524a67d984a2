#include "mpienc/encode/flac_settings.hpp"

#include <FLAC/format.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mpienc/plan/audio_chunk.hpp"

namespace mpienc::encode {

std::int32_t FlacSettings::block() const {
  if (block_samples != 0) return block_samples;
  return level < 3 ? 1152 : 4096;
}

std::int64_t FlacSettings::chunk_samples(std::int32_t rate) const {
  return plan::flac_chunk_samples(rate, block());
}

Bytes FlacSettings::serialise() const {
  ByteWriter writer;
  for (const auto value : {level, block_samples}) writer.put(value);
  for (const bool value : {exhaustive_model_search, precision_search, fma}) writer.put(value);
  return writer.take();
}

FlacSettings FlacSettings::parse(ByteReader& reader) {
  FlacSettings settings;
  for (auto* value : {&settings.level, &settings.block_samples}) *value = reader.get<std::int32_t>();
  for (auto* value : {&settings.exhaustive_model_search, &settings.precision_search, &settings.fma}) {
    *value = reader.get<bool>();
  }
  return settings;
}

void check_flac(const FlacSettings& settings, const PcmFormat& format) {
  const auto refuse = [](ExitStatus status, const std::string& line) { throw Error(status, line); };
  if (settings.level < 0 || settings.level > 8) {
    refuse(ExitStatus::usage, fmt::format("FLAC has levels 0 to 8, not {}", settings.level));
  }
  if (format.channels < 1 || format.channels > 8) {
    refuse(ExitStatus::input,
           fmt::format("FLAC holds 1 to 8 channels and the audio has {}", format.channels));
  }
  constexpr std::array widths{8, 12, 16, 20, 24, 32};
  if (std::ranges::find(widths, format.bits) == widths.end()) {
    refuse(
        ExitStatus::input,
        fmt::format("FLAC holds samples of 8, 12, 16, 20, 24 or 32 bits and the audio has {}", format.bits));
  }
  if (format.rate < 1 || FLAC__format_sample_rate_is_subset(static_cast<std::uint32_t>(format.rate)) == 0) {
    refuse(ExitStatus::input,
           fmt::format("FLAC holds rates up to 655350 Hz, from 65536 Hz on in tens, and the audio has {} Hz; "
                       "resample it",
                       format.rate));
  }
  const auto most = format.rate <= 48000 ? 4608 : 16384;
  if (settings.block() < 16 || settings.block() > most) {
    refuse(ExitStatus::usage, fmt::format("a FLAC block has 16 to {} samples at {} Hz, not {}", most,
                                          format.rate, settings.block()));
  }
}

bool processor_has_fma() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("fma") != 0;
#else
  return true;
#endif
}

}  // namespace mpienc::encode
