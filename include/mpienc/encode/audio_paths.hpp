#pragma once

#include <memory>

#include "mpienc/encode/audio.hpp"

namespace mpienc::encode {

/// Packets go through as they are.
[[nodiscard]] std::unique_ptr<AudioTrack::Path> make_copied_audio(const av::Stream& source,
                                                                  AudioTrack::Sink sink);
/// Packets are decoded, converted, mended and encoded.
[[nodiscard]] std::unique_ptr<AudioTrack::Path> make_transcoded_audio(const av::Stream& source,
                                                                      const AudioSettings& settings,
                                                                      AudioTrack::Sink sink);

}  // namespace mpienc::encode
