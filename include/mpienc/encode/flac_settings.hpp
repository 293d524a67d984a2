#pragma once

#include <cstdint>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"

namespace mpienc::encode {

/// What decides the bytes of a FLAC file beside its samples, as options of the `flac` program:
/// -0 to -8, -b, -e, -p. The same on every rank.
struct FlacSettings {
  std::int32_t level = 5;
  std::int32_t block_samples = 0;  ///< 0: the level's own
  bool exhaustive_model_search = false;
  bool precision_search = false;
  /// libFLAC's predictors differ in a few frames between processors with and without fused multiply-add:
  /// true only where processor_has_fma() on every rank.
  bool fma = true;

  /// Samples of a block: block_samples, or 1152 for levels 0 to 2 and 4096 above.
  [[nodiscard]] std::int32_t block() const;
  /// Samples of a chunk of audio at this rate.
  [[nodiscard]] std::int64_t chunk_samples(std::int32_t rate) const;
  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static FlacSettings parse(ByteReader& reader);
  friend bool operator==(const FlacSettings&, const FlacSettings&) = default;
};

/// Throws for what `flac` 1.4.2 refuses without --lax: Error(usage) for settings, Error(input) for a format.
void check_flac(const FlacSettings& settings, const PcmFormat& format);

[[nodiscard]] bool processor_has_fma();

}  // namespace mpienc::encode
