#pragma once

#include <string>

#include "mpienc/av/stream.hpp"

namespace mpienc::encode {

/// The libavfilter chain that turns the picture as the stream's display matrix says (as ffmpeg does by
/// default), so that it is shown right in any container; empty where none is needed.
[[nodiscard]] std::string rotation_filters(const av::Stream& source);

/// x264 parameters for HDR10: SMPTE ST 2086 mastering display and CTA-861.3 light level, from the frame
/// or else the stream; empty where neither has any.
[[nodiscard]] std::string hdr_parameters(const av::Stream& source, const AVFrame& frame);

/// Adds what the frame says of mastering display and light level to the track's side data, for the container.
void add_hdr_side_data(av::Stream& track, const AVFrame& frame);

}  // namespace mpienc::encode
