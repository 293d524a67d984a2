#include "mpienc/encode/flac_run.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "flac_encoder.hpp"
#include "mpienc/encode/flac_frame.hpp"

namespace mpienc::encode {

namespace {

struct Frames {
  FlacChunk chunk;
  std::uint64_t next = 0;
  std::exception_ptr failure;  ///< exceptions must not pass through libFLAC
};

/// Called once for each block of the head, with no samples, and once for each frame.
FLAC__StreamEncoderWriteStatus take(const FLAC__StreamEncoder* /*encoder*/, const FLAC__byte* data,
                                    std::size_t size, std::uint32_t samples, std::uint32_t /*frame*/,
                                    void* client) {
  if (samples == 0) return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
  auto& frames = *static_cast<Frames*>(client);
  try {
    const auto before = frames.chunk.frames.size();
    append_renumbered(frames.chunk.frames, std::as_bytes(std::span(data, size)), frames.next++);
    frames.chunk.sizes.push_back(static_cast<std::uint32_t>(frames.chunk.frames.size() - before));
    frames.chunk.samples += samples;
  } catch (...) {
    frames.failure = std::current_exception();
    return FLAC__STREAM_ENCODER_WRITE_STATUS_FATAL_ERROR;
  }
  return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}

void check(bool done, const FLAC__StreamEncoder& encoder, const Frames& frames) {
  if (frames.failure) std::rethrow_exception(frames.failure);
  if (!done) {
    throw Error(ExitStatus::codec, std::string("libFLAC cannot encode: ") +
                                       FLAC__stream_encoder_get_resolved_state_string(&encoder));
  }
}

/// As unpack(), and refuses as `flac` does where the padding below the samples is not empty.
void unpack_all(std::span<const std::byte> pcm, const PcmFormat& format, std::span<std::int32_t> values) {
  if (format.shift == 0) return unpack(pcm, format, values);
  auto container = format;
  container.shift = 0;
  unpack(pcm, container, values);
  std::int32_t used = 0;
  for (auto& value : values) {
    used |= value;
    value >>= format.shift;
  }
  if ((used & ((1 << format.shift) - 1)) != 0) {
    throw Error(ExitStatus::input, "the audio says that its samples have " + std::to_string(format.bits) +
                                       " bits, but bits below them are set; convert it to a full width");
  }
}

}  // namespace

FlacChunk encode_flac_run(const FlacSettings& settings, const PcmFormat& format, std::int64_t first_block,
                          std::span<const std::byte> pcm, const std::stop_token& stop) {
  const auto encoder = make_flac_encoder(settings, format);
  Frames frames;
  frames.next = static_cast<std::uint64_t>(first_block);
  frames.chunk.frames.reserve(pcm.size());
  start(*encoder, &take, &frames);

  // Few enough samples to stay in the cache between the unpacking and libFLAC's own copy.
  const auto slice = static_cast<std::size_t>(std::max(settings.block(), 4096));
  const auto block_bytes = static_cast<std::size_t>(format.block_bytes());
  std::vector<std::int32_t> values;
  while (!pcm.empty() && !stop.stop_requested()) {
    const auto samples = std::min(slice, pcm.size() / block_bytes);
    values.resize(samples * static_cast<std::size_t>(format.channels));
    unpack_all(pcm.first(samples * block_bytes), format, values);
    pcm = pcm.subspan(samples * block_bytes);
    check(FLAC__stream_encoder_process_interleaved(encoder.get(), values.data(),
                                                   static_cast<std::uint32_t>(samples)) != 0,
          *encoder, frames);
  }
  if (!stop.stop_requested()) check(FLAC__stream_encoder_finish(encoder.get()) != 0, *encoder, frames);
  return std::move(frames.chunk);
}

}  // namespace mpienc::encode
