#include "mpienc/encode/display.hpp"

#include <cmath>
#include <cstring>

#include <fmt/format.h>

extern "C" {
#include <libavutil/display.h>
#include <libavutil/mastering_display_metadata.h>
}

namespace mpienc::encode {

namespace {

template <class T>
const T* side_data(const av::Stream& source, const AVFrame& frame, AVFrameSideDataType in_frame,
                   AVPacketSideDataType in_stream) {
  if (const auto* side = av_frame_get_side_data(&frame, in_frame);
      side != nullptr && side->size >= sizeof(T)) {
    return reinterpret_cast<const T*>(side->data);
  }
  const auto found = source.side_data.find(in_stream);
  if (found == source.side_data.end() || found->second.size() < sizeof(T)) return nullptr;
  return reinterpret_cast<const T*>(found->second.data());
}

long scaled(AVRational value, double unit) { return std::lround(av_q2d(value) * unit); }

}  // namespace

std::string rotation_filters(const av::Stream& source) {
  const auto found = source.side_data.find(AV_PKT_DATA_DISPLAYMATRIX);
  if (found == source.side_data.end() || found->second.size() < 9 * sizeof(std::int32_t)) return {};
  std::int32_t matrix[9];
  std::memcpy(matrix, found->second.data(), sizeof matrix);
  double angle = -std::round(av_display_rotation_get(matrix));
  if (std::isnan(angle)) return {};
  angle -= 360 * std::floor(angle / 360 + 0.9 / 360);
  const auto near = [&](double degrees) { return std::abs(angle - degrees) < 1.0; };
  if (near(90)) return matrix[3] > 0 ? "transpose=cclock_flip" : "transpose=clock";
  if (near(270)) return matrix[3] < 0 ? "transpose=clock_flip" : "transpose=cclock";
  if (near(180)) {
    if (matrix[0] < 0 && matrix[4] < 0) return "hflip,vflip";
    return matrix[0] < 0 ? "hflip" : "vflip";
  }
  return matrix[4] < 0 && near(0) ? "vflip" : "";
}

std::string hdr_parameters(const av::Stream& source, const AVFrame& frame) {
  constexpr double chromaticity = 50000;
  constexpr double luminance = 10000;
  std::string parameters;
  const auto* mastering = side_data<AVMasteringDisplayMetadata>(
      source, frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
  if (mastering != nullptr && mastering->has_primaries != 0 && mastering->has_luminance != 0) {
    const auto& p = mastering->display_primaries;
    parameters = fmt::format(
        "mastering-display=G({},{})B({},{})R({},{})WP({},{})L({},{})", scaled(p[1][0], chromaticity),
        scaled(p[1][1], chromaticity), scaled(p[2][0], chromaticity), scaled(p[2][1], chromaticity),
        scaled(p[0][0], chromaticity), scaled(p[0][1], chromaticity),
        scaled(mastering->white_point[0], chromaticity), scaled(mastering->white_point[1], chromaticity),
        scaled(mastering->max_luminance, luminance), scaled(mastering->min_luminance, luminance));
  }
  const auto* light = side_data<AVContentLightMetadata>(source, frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
                                                        AV_PKT_DATA_CONTENT_LIGHT_LEVEL);
  if (light != nullptr && light->MaxCLL > 0) {
    parameters += fmt::format("{}cll={},{}", parameters.empty() ? "" : ":", light->MaxCLL, light->MaxFALL);
  }
  return parameters;
}

void add_hdr_side_data(av::Stream& track, const AVFrame& frame) {
  const auto copy = [&](AVFrameSideDataType in_frame, AVPacketSideDataType in_stream) {
    const auto* side = av_frame_get_side_data(&frame, in_frame);
    if (side == nullptr) return;
    const auto* data = reinterpret_cast<const std::byte*>(side->data);
    track.side_data.insert_or_assign(in_stream, Bytes(data, data + side->size));
  };
  copy(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
  copy(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_CONTENT_LIGHT_LEVEL);
}

}  // namespace mpienc::encode
