#pragma once

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "flac_program.hpp"
#include "mpienc/av/pcm_md5.hpp"
#include "mpienc/encode/flac_chunk.hpp"
#include "mpienc/encode/flac_head.hpp"
#include "mpienc/output/flac_file.hpp"

namespace mpienc::test {

inline std::string options_of(const encode::FlacSettings& settings) {
  auto text = "-" + std::to_string(settings.level);
  if (settings.block_samples != 0) text += " -b " + std::to_string(settings.block_samples);
  if (settings.exhaustive_model_search) text += " -e";
  if (settings.precision_search) text += " -p";
  return text;
}

/// Chunks of `pcm`, encoded in a random order on `threads` threads, each through its messages.
inline std::vector<FlacChunk> encode_chunks(const encode::FlacSettings& settings, const PcmFormat& format,
                                            std::span<const std::byte> pcm, int threads = 1) {
  const auto total = static_cast<std::int64_t>(pcm.size()) / format.block_bytes();
  const auto length = settings.chunk_samples(format.rate);
  std::vector<FlacChunk> chunks(static_cast<std::size_t>((total + length - 1) / length));
  std::vector<int> order(chunks.size());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::minstd_rand(7));
  const auto settings_message = settings.serialise(), format_message = format.serialise();
  const auto lane = [&](std::size_t first) {
    ByteReader settings_reader(settings_message), format_reader(format_message);
    const auto own_settings = encode::FlacSettings::parse(settings_reader);
    const auto own_format = PcmFormat::parse(format_reader);
    for (std::size_t i = first; i < order.size(); i += static_cast<std::size_t>(threads)) {
      const auto chunk = plan::audio_chunk(order[i], length, total);
      const auto part = pcm.subspan(static_cast<std::size_t>(chunk.first_sample * format.block_bytes()),
                                    static_cast<std::size_t>(chunk.samples * format.block_bytes()));
      const auto encoded = encode::encode_flac_chunk(own_settings, own_format, chunk, part, {});
      chunks[static_cast<std::size_t>(chunk.index)] = FlacChunk::parse(encoded.serialise());
    }
  };
  std::vector<std::jthread> lanes;
  for (int i = 0; i < threads; ++i) lanes.emplace_back(lane, static_cast<std::size_t>(i));
  lanes.clear();
  return chunks;
}

inline void assemble(const std::filesystem::path& path, FlacHead head, const PcmFormat& format,
                     std::span<const std::byte> pcm, const std::vector<FlacChunk>& chunks) {
  av::PcmMd5 md5(format);
  md5.add(pcm);
  output::FlacFile file(path, std::move(head));
  for (const auto& chunk : chunks) file.append(chunk);
  file.commit(md5.digest(), true);
}

/// The assembled file against what `flac` makes of the same WAV; "" where they are equal. The WAV announces
/// `missing` samples more than it has.
inline std::string against_flac(const Scratch& scratch, const encode::FlacSettings& settings,
                                const PcmFormat& format, std::span<const std::byte> pcm,
                                std::int64_t missing = 0, int threads = 1) {
  const auto ours = scratch / "ours.flac", theirs = scratch / "theirs.flac", wav = scratch / "in.wav";
  const auto announced = static_cast<std::int64_t>(pcm.size()) + missing * format.block_bytes();
  write_wav(wav, format, pcm, static_cast<std::uint64_t>(announced));
  if (const auto said = run_flac(options_of(settings), wav, theirs); !said.empty()) return said;
  assemble(ours, encode::flac_head(settings, format, announced / format.block_bytes()), format, pcm,
           encode_chunks(settings, format, pcm, threads));
  return difference(contents(ours), contents(theirs));
}

inline std::string against_flac(const encode::FlacSettings& settings, const PcmFormat& format,
                                std::span<const std::byte> pcm) {
  return against_flac(Scratch(), settings, format, pcm);
}

}  // namespace mpienc::test
