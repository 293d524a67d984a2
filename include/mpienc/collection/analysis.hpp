#pragma once

#include <cstdint>
#include <string>

namespace mpienc::collection {

/// What the codec "test" finds out about a file.
struct Analysis {
  std::string format;                    ///< a description, such as "FLAC, 16 bits, 44100 Hz, 2 channels"
  double duration = 0;                   ///< s
  std::int64_t samples = 0;              ///< per channel
  double peak = 0;                       ///< largest absolute value of any channel, 1 at full scale
  double rms = 0;                        ///< of all channels, 1 at full scale
  std::int64_t clipped_samples = 0;      ///< of all channels
  std::string stored_md5, computed_md5;  ///< hexadecimal; empty where there is none
  std::int64_t decode_errors = 0;
  std::string fault;  ///< why the file is faulty, empty where it is not
};

/// The .ana file: UTF-8 lines "key: value" that end with LF, keys and their order always the same. Peak and
/// RMS are in dBFS, "-inf" for silence; md5_result is match, mismatch, or none where there is nothing to
/// compare.
[[nodiscard]] std::string analysis_text(const Analysis& analysis);

}  // namespace mpienc::collection
