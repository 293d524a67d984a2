#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "mpienc/encode/video_task.hpp"

namespace mpienc::encode {

struct DecodeCounts {
  std::int32_t damaged_frames = 0;
  std::int32_t decode_errors = 0;
  std::uint32_t first_checksum = 0;
  std::uint32_t next_checksum = 0;
};

/// Decodes a chunk and hands over, in display order, exactly the frames that belong to it; frame->pts is
/// the packet's id, or AV_NOPTS_VALUE. Ownership goes by packet id, not by pts (docs/video.md).
DecodeCounts decode_chunk(const VideoTask& task, const std::function<void(av::Frame, std::int64_t id)>& sink,
                          const std::stop_token& stop);

/// Opens a decoder with one thread for whole-stream or chunk use; Error(codec) when there is none.
[[nodiscard]] av::CodecContext open_decoder(const AVCodecParameters& parameters, bool starts_stream);

}  // namespace mpienc::encode
