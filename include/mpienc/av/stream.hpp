#pragma once

#include <map>
#include <string>

#include "mpienc/av/handles.hpp"
#include "mpienc/core/bytes.hpp"
#include "mpienc/core/rational.hpp"

namespace mpienc::av {

[[nodiscard]] constexpr AVRational to_av(Rational r) { return {r.num, r.den}; }
[[nodiscard]] constexpr Rational from_av(AVRational r) { return {r.num, r.den}; }

/// One track of a container, input or output: its parameters and what players show of it.
struct Stream {
  CodecParameters parameters;
  Rational time_base{1, 1000};
  Rational frame_rate{0, 1};  ///< video of constant rate only, else 0/1
  Rational sample_aspect{0, 1};
  std::map<std::string, std::string> metadata;  ///< language, title, ...
  int disposition = 0;                          ///< AV_DISPOSITION_*
  std::map<int, Bytes> side_data;               ///< by AVPacketSideDataType, e.g. mastering display
};

[[nodiscard]] Stream clone(const Stream& stream);

void put_parameters(ByteWriter& writer, const AVCodecParameters& parameters);
[[nodiscard]] CodecParameters get_parameters(ByteReader& reader);

/// Data, flags, pts, dts, duration and side data.
void put_packet(ByteWriter& writer, const AVPacket& packet);
[[nodiscard]] Packet get_packet(ByteReader& reader);

}  // namespace mpienc::av
