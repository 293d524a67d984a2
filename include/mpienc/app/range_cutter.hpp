#pragma once

#include <memory>

#include "mpienc/app/pcm_cutter.hpp"
#include "mpienc/core/file_range.hpp"
#include "mpienc/encode/recording.hpp"

namespace mpienc::app {

/// The same chunks as make_flac_cutter() and make_mp3_cutter() give, but no sample is read: tasks name their
/// ranges of `samples`, which are all of the recording.
[[nodiscard]] std::unique_ptr<PcmCutter> make_flac_range_cutter(FileRange samples,
                                                                const encode::FlacRecording& recording);
[[nodiscard]] std::unique_ptr<PcmCutter> make_mp3_range_cutter(FileRange samples,
                                                               const encode::Mp3Recording& recording,
                                                               const Mp3Stream& stream);

}  // namespace mpienc::app
