#pragma once

#include <FLAC/stream_encoder.h>

#include <memory>

#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/flac_settings.hpp"

namespace mpienc::encode {

struct FlacEncoderDeleter {
  void operator()(FLAC__StreamEncoder* encoder) const { FLAC__stream_encoder_delete(encoder); }
};
using FlacEncoder = std::unique_ptr<FLAC__StreamEncoder, FlacEncoderDeleter>;

/// An encoder with the parameters that the `flac` program sets, not yet initialised and without an MD5 of its
/// own, which would be one of a chunk. Throws as check_flac().
[[nodiscard]] FlacEncoder make_flac_encoder(const FlacSettings& settings, const PcmFormat& format);

/// Initialises it to hand all it writes to `write`. Throws Error(codec).
void start(FLAC__StreamEncoder& encoder, FLAC__StreamEncoderWriteCallback write, void* client);

}  // namespace mpienc::encode
