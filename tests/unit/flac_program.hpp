#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"
#include "output_scratch.hpp"

namespace mpienc::test {

inline bool flac_is_installed() { return std::system("flac --version > /dev/null 2>&1") == 0; }

/// WAV's containers: unsigned up to 8 bits, the value's bits at the top.
inline PcmFormat wav_format(int rate, int channels, int bits) {
  PcmFormat format{rate, channels, bits, (bits + 7) / 8, (8 - bits % 8) % 8, bits > 8, false, 0};
  constexpr std::uint32_t masks[] = {0, 4, 3, 7, 0x33, 0x37, 0x3F, 0x70F, 0x63F};
  if (channels > 2 || (bits != 8 && bits != 16)) format.channel_mask = masks[channels];
  return format;
}

/// A sample's value in [-1, 1] from its place and its channel.
using Signal = std::function<double(std::int64_t sample, int channel)>;

inline Signal silence() {
  return [](std::int64_t, int) { return 0.0; };
}
inline Signal sine(double period = 97.3) {
  return [=](std::int64_t sample, int channel) {
    return 0.7 * std::sin(static_cast<double>(sample) / period * (channel + 1));
  };
}
inline Signal full_scale() {
  return [](std::int64_t sample, int) { return sample / 50 % 2 == 0 ? 1.0 : -1.0; };
}
inline Signal noise(unsigned seed = 1) {
  return [random = std::minstd_rand(seed)](std::int64_t, int) mutable {
    return std::uniform_real_distribution<>(-1, 1)(random);
  };
}
/// Tones under noise whose stereo image keeps changing, so that the encoder's choice of channels does.
inline Signal moving_stereo(unsigned seed = 1) {
  return [hiss = noise(seed), common = 0.0](std::int64_t sample, int channel) mutable {
    const auto t = static_cast<double>(sample);
    if (channel == 0) common = 0.3 * std::sin(t / 40) + 0.2 * std::sin(t / 7.7) + 0.05 * hiss(sample, 0);
    const double width = 0.5 + 0.5 * std::sin(t / 3100);
    return common * (channel == 0 ? 1 : 1 - width) + width * 0.2 * hiss(sample, channel);
  };
}
/// Every value a multiple of 2^bits.
inline Signal wasted_bits(Signal signal, int width, int bits) {
  return [=](std::int64_t sample, int channel) {
    const double step = std::ldexp(1.0, bits + 1 - width);
    return std::floor(signal(sample, channel) / step) * step;
  };
}

inline Bytes pcm_of(const PcmFormat& format, std::int64_t samples, Signal signal) {
  Bytes pcm;
  const double most = std::ldexp(1.0, format.bits - 1) - 1;
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    for (int channel = 0; channel < format.channels; ++channel) {
      const double value = std::floor(signal(sample, channel) * most + 0.5);
      auto container = static_cast<std::uint64_t>(static_cast<std::int64_t>(value)) << format.shift;
      if (!format.is_signed) container ^= std::uint64_t{1} << (8 * format.bytes - 1);
      for (int byte = 0; byte < format.bytes; ++byte) {
        const int place = format.big_endian ? format.bytes - 1 - byte : byte;
        pcm.push_back(static_cast<std::byte>(container >> (8 * place) & 0xFFU));
      }
    }
  }
  return pcm;
}

inline void put_le(std::string& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i, value >>= 8) to.push_back(static_cast<char>(value & 0xFFU));
}

/// A WAV file whose header announces `announced` bytes of data.
inline void write_wav(const std::filesystem::path& path, const PcmFormat& format,
                      std::span<const std::byte> pcm, std::uint64_t announced) {
  const bool extensible = format.channel_mask != 0;
  std::string wav = "RIFF";
  put_le(wav, announced + (extensible ? 60 : 36), 4);
  wav += "WAVEfmt ";
  put_le(wav, extensible ? 40 : 16, 4);
  put_le(wav, extensible ? 0xFFFE : 1, 2);
  put_le(wav, static_cast<std::uint64_t>(format.channels), 2);
  put_le(wav, static_cast<std::uint64_t>(format.rate), 4);
  put_le(wav, static_cast<std::uint64_t>(format.rate) * static_cast<std::uint64_t>(format.block_bytes()), 4);
  put_le(wav, static_cast<std::uint64_t>(format.block_bytes()), 2);
  put_le(wav, static_cast<std::uint64_t>(format.bytes) * 8, 2);
  if (extensible) {
    put_le(wav, 22, 2);
    put_le(wav, static_cast<std::uint64_t>(format.bits), 2);
    put_le(wav, format.channel_mask, 4);
    put_le(wav, 1, 2);
    wav += std::string("\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 14);
  }
  wav += "data";
  put_le(wav, announced, 4);
  wav.append(reinterpret_cast<const char*>(pcm.data()), pcm.size());
  std::ofstream(path, std::ios::binary) << wav;
}

/// What `flac` says where it fails, else nothing.
inline std::string run_flac(const std::string& options, const std::filesystem::path& from,
                            const std::filesystem::path& to) {
  const auto said = output_of("flac --totally-silent -f " + options + " -o '" + to.string() + "' '" +
                              from.string() + "' || echo failed");
  return said.find("failed") == std::string::npos ? "" : said;
}

/// Where two files differ first, for a failing test's report: comparing megabytes as text would be
/// unreadable.
inline std::string difference(const std::string& ours, const std::string& theirs) {
  std::size_t at = 0;
  while (at < ours.size() && at < theirs.size() && ours[at] == theirs[at]) ++at;
  if (at == ours.size() && at == theirs.size()) return "";
  return "differ at byte " + std::to_string(at) + " of " + std::to_string(ours.size()) + " and " +
         std::to_string(theirs.size());
}

}  // namespace mpienc::test
