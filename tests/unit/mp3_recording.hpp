#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numbers>
#include <random>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/mp3_chunk.hpp"
#include "mpienc/encode/mp3_encoder.hpp"
#include "mpienc/output/mp3_file.hpp"
#include "mpienc/plan/mp3_chunk.hpp"
#include "output_scratch.hpp"

namespace mpienc::test {

struct Recording {
  PcmFormat format;
  Bytes pcm;
  [[nodiscard]] std::int64_t samples() const {
    return static_cast<std::int64_t>(pcm.size()) / format.block_bytes();
  }
};

inline PcmFormat pcm16(std::int32_t rate, std::int32_t channels) {
  PcmFormat format;
  format.rate = rate;
  format.channels = channels;
  format.bits = 16;
  format.bytes = 2;
  return format;
}

/// Twelve seconds' worth of what music is made of, over and over: chords, noise bursts, something like
/// speech, silence, faint noise, full scale. No libm but in sines, whose last bits do not matter here.
inline Recording made_recording(std::int32_t rate, std::int32_t channels, double seconds, unsigned seed = 1) {
  Recording made{pcm16(rate, channels), {}};
  std::minstd_rand random(seed);
  const auto noise = [&] { return (static_cast<double>(random()) / 1073741823.0) - 1.0; };
  double slow[2] = {0, 0};
  const auto count = static_cast<std::int64_t>(seconds * rate);
  for (std::int64_t at = 0; at < count; ++at) {
    const double time = static_cast<double>(at) / rate;
    const double turn = 2 * std::numbers::pi * time;
    const int part = static_cast<int>(time / 2) % 6;
    for (std::int32_t channel = 0; channel < channels; ++channel) {
      double value = 0;
      double& held = slow[channel];
      switch (part) {
        case 0:
          for (const double tone : {220.0, 277.2, 329.6, 1760.0})
            value += 0.15 * std::sin(turn * tone * (1 + 0.01 * channel));
          value += 0.01 * noise();
          break;
        case 1: value = std::fmod(time, 0.25) < 0.03 ? 0.8 * noise() : 0.003 * noise(); break;
        case 2:
          held = 0.9 * held + 0.1 * noise();
          value = 2.0 * held * std::abs(std::sin(turn * 3)) + 0.2 * std::sin(turn * 140) * std::sin(turn * 2);
          break;
        case 3: break;
        case 4: value = 0.0002 * noise() + 0.001 * std::sin(turn * 440); break;
        default: value = std::sin(turn * 997) > 0 ? 1.0 : -1.0; break;
      }
      const auto sample = static_cast<std::int16_t>(std::clamp(value, -1.0, 1.0) * 32767);
      const auto bits = static_cast<std::uint16_t>(sample);
      made.pcm.push_back(static_cast<std::byte>(bits & 0xff));
      made.pcm.push_back(static_cast<std::byte>(bits >> 8));
    }
  }
  return made;
}

inline std::span<const std::byte> part_of(const Recording& recording, std::int64_t first,
                                          std::int64_t samples) {
  const auto block = static_cast<std::size_t>(recording.format.block_bytes());
  return std::span(recording.pcm)
      .subspan(static_cast<std::size_t>(first) * block, static_cast<std::size_t>(samples) * block);
}

/// As a WAV file of up to 32-bit samples.
inline void write_wav(const Recording& recording, const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary);
  const auto put = [&](std::uint32_t value, int size) {
    for (int byte = 0; byte < size; ++byte) file.put(static_cast<char>(value >> (8 * byte) & 0xff));
  };
  const auto size = static_cast<std::uint32_t>(recording.pcm.size());
  const auto block = static_cast<std::uint32_t>(recording.format.block_bytes());
  const auto rate = static_cast<std::uint32_t>(recording.format.rate);
  file << "RIFF";
  put(36 + size, 4);
  file << "WAVEfmt ";
  put(16, 4);
  put(1, 2);
  put(static_cast<std::uint32_t>(recording.format.channels), 2);
  put(rate, 4);
  put(rate * block, 4);
  put(block, 2);
  put(8 * static_cast<std::uint32_t>(recording.format.bytes), 2);
  file << "data";
  put(size, 4);
  file.write(reinterpret_cast<const char*>(recording.pcm.data()),
             static_cast<std::streamsize>(recording.pcm.size()));
}

inline bool have_lame() { return std::system("lame --version >/dev/null 2>&1") == 0; }

/// What the `lame` program makes of it.
inline std::string lame_bytes(const Recording& recording, const std::string& options,
                              const Scratch& scratch) {
  write_wav(recording, scratch / "in.wav");
  const auto out = scratch / "lame.mp3";
  std::filesystem::remove(out);
  const std::string command = "lame --quiet --noreplaygain " + options + " '" +
                              (scratch / "in.wav").string() + "' '" + out.string() + "'";
  return std::system(command.c_str()) == 0 ? contents(out) : std::string();
}

struct ChunkedEncode {
  Mp3Stream stream;
  std::vector<Mp3Task> tasks;
  int again = 0;     ///< chunks that had to be encoded anew
  int unproven = 0;  ///< chunks taken although they may not be those of a serial encode
};

/// Encodes every task by itself and joins them into `path`, as a job would. `change` may alter the tasks.
template <class Change>
ChunkedEncode encode_chunked(const Recording& recording, const Mp3Settings& settings,
                             std::int64_t chunk_frames, const std::filesystem::path& path, Change change) {
  ChunkedEncode result;
  result.stream = encode::settle_mp3(settings, recording.format);
  plan::Mp3Cutter cutter(result.stream, chunk_frames);
  output::Mp3File file(path, result.stream);
  while (auto task = cutter.next(recording.samples(), true)) {
    change(*task, result.stream);
    result.tasks.push_back(*task);
    for (;;) {
      const auto chunk = encode::encode_mp3_chunk(*task, settings, recording.format,
                                                  part_of(recording, task->first_sample, task->samples), {});
      if (file.add(Mp3Chunk::parse(chunk.serialise())) == output::Mp3Join::Outcome::taken) break;
      ++result.again;
      task = plan::with_more_warm_up(*task, result.stream);
    }
  }
  result.unproven = file.join().unproven();
  file.commit(true);
  return result;
}

inline ChunkedEncode encode_chunked(const Recording& recording, const Mp3Settings& settings,
                                    std::int64_t chunk_frames, const std::filesystem::path& path) {
  return encode_chunked(recording, settings, chunk_frames, path, [](Mp3Task&, const Mp3Stream&) {});
}

/// The options of `lame` for the same settings.
inline std::string lame_options(const Mp3Settings& settings) {
  std::string options;
  switch (settings.control) {
    case Mp3Settings::Control::quality: options = "-V " + std::to_string(settings.quality); break;
    case Mp3Settings::Control::constant: options = "-b " + std::to_string(settings.bitrate); break;
    case Mp3Settings::Control::average: options = "--abr " + std::to_string(settings.bitrate); break;
  }
  if (!settings.reservoir) options += " --nores";
  if (settings.checksums) options += " -p";
  if (settings.mono) options += " -m m";
  if (settings.effort >= 0) options += " -q " + std::to_string(settings.effort);
  return options;
}

inline Mp3Settings quality(double value) {
  Mp3Settings settings;
  settings.quality = value;
  return settings;
}
inline Mp3Settings constant(std::int32_t kbps) {
  Mp3Settings settings;
  settings.control = Mp3Settings::Control::constant;
  settings.bitrate = kbps;
  return settings;
}
inline Mp3Settings average(std::int32_t kbps) {
  Mp3Settings settings;
  settings.control = Mp3Settings::Control::average;
  settings.bitrate = kbps;
  return settings;
}
inline Mp3Settings without_reservoir(Mp3Settings settings) {
  settings.reservoir = false;
  return settings;
}
inline Mp3Settings with_checksums(Mp3Settings settings) {
  settings.checksums = true;
  return settings;
}
/// For a film's track, at its own rate and without a second try.
inline Mp3Settings as_track(Mp3Settings settings) {
  settings.keep_rate = settings.flush_join = true;
  return settings;
}
inline Mp3Settings to_mono(Mp3Settings settings) {
  settings.mono = true;
  return settings;
}

}  // namespace mpienc::test
