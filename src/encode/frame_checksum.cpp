#include "mpienc/encode/frame_checksum.hpp"

extern "C" {
#include <libavutil/crc.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace mpienc::encode {

std::uint32_t frame_checksum(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const auto* description = av_pix_fmt_desc_get(format);
  if (description == nullptr || (description->flags & AV_PIX_FMT_FLAG_HWACCEL) != 0) return 0;
  const auto* table = av_crc_get_table(AV_CRC_32_IEEE_LE);
  std::uint32_t crc = 0;
  const int planes = av_pix_fmt_count_planes(format);
  for (int plane = 0; plane < planes; ++plane) {
    const int bytes = av_image_get_linesize(format, frame.width, plane);
    const bool chroma = plane == 1 || plane == 2;
    const int rows = chroma ? AV_CEIL_RSHIFT(frame.height, description->log2_chroma_h) : frame.height;
    for (int row = 0; row < rows; ++row) {
      const auto* line = frame.data[plane] + static_cast<std::ptrdiff_t>(row) * frame.linesize[plane];
      crc = av_crc(table, crc, line, static_cast<std::size_t>(bytes));
    }
  }
  return crc;
}

}  // namespace mpienc::encode
