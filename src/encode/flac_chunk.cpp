#include "mpienc/encode/flac_chunk.hpp"

#include "mpienc/encode/flac_run.hpp"

namespace mpienc::encode {

FlacChunk encode_flac_chunk(const FlacSettings& settings, const PcmFormat& format, const AudioChunk& chunk,
                            std::span<const std::byte> pcm, const std::stop_token& stop) {
  check_flac(settings, format);
  const auto length = settings.chunk_samples(format.rate);
  const bool in_place = chunk.index >= 0 && chunk.first_sample == chunk.index * length && chunk.samples > 0 &&
                        chunk.samples <= length;
  if (!in_place || pcm.size() != static_cast<std::size_t>(chunk.samples * format.block_bytes())) {
    throw Error(ExitStatus::internal, "a chunk of audio is not where its FLAC frames would fit");
  }
  auto encoded = encode_flac_run(settings, format, chunk.first_sample / settings.block(), pcm, stop);
  encoded.index = chunk.index;
  return encoded;
}

}  // namespace mpienc::encode
