#pragma once

#include "mpienc/app/options.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc::app {

enum class RecordingKind { none, flac, mp3 };

/// Whether the job makes one FLAC or MP3 file of one input, in chunks: by the output's name and
/// --audio-codec; with
/// --plan by the latter. Several inputs, and streams chosen by --map, are a programme.
[[nodiscard]] RecordingKind recording_kind(const Options& options);

/// Error(usage) for --audio-options that LAME does not have and for settings that no MP3 can have.
[[nodiscard]] Mp3Settings mp3_settings(const Options& options);
[[nodiscard]] encode::FlacSettings flac_settings(const Options& options, bool fma);

/// Error(usage) for options that have no effect on what the job makes, and as mp3_settings().
void check_recording_options(const Options& options);

}  // namespace mpienc::app
