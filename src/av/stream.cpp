#include "mpienc/av/stream.hpp"

#include <cstring>

#include "mpienc/av/error.hpp"

namespace mpienc::av {

namespace {

/// The fields that are plain values: everything but extradata and the channel layout's custom map.
struct PlainParameters {
  AVMediaType type;
  AVCodecID id;
  std::uint32_t tag;
  int format;
  std::int64_t bit_rate;
  int bits_per_coded_sample, bits_per_raw_sample, profile, level, width, height;
  AVRational sample_aspect_ratio;
  AVFieldOrder field_order;
  AVColorRange range;
  AVColorPrimaries primaries;
  AVColorTransferCharacteristic trc;
  AVColorSpace space;
  AVChromaLocation chroma_location;
  int video_delay;
};

}  // namespace

Stream clone(const Stream& stream) {
  return {stream.parameters ? clone(*stream.parameters) : nullptr,
          stream.time_base,
          stream.frame_rate,
          stream.sample_aspect,
          stream.metadata,
          stream.disposition,
          stream.side_data};
}

void put_parameters(ByteWriter& writer, const AVCodecParameters& p) {
  PlainParameters plain;
  std::memset(&plain, 0, sizeof plain);
  plain.type = p.codec_type;
  plain.id = p.codec_id;
  plain.tag = p.codec_tag;
  plain.format = p.format;
  plain.bit_rate = p.bit_rate;
  plain.bits_per_coded_sample = p.bits_per_coded_sample;
  plain.bits_per_raw_sample = p.bits_per_raw_sample;
  plain.profile = p.profile;
  plain.level = p.level;
  plain.width = p.width;
  plain.height = p.height;
  plain.sample_aspect_ratio = p.sample_aspect_ratio;
  plain.field_order = p.field_order;
  plain.range = p.color_range;
  plain.primaries = p.color_primaries;
  plain.trc = p.color_trc;
  plain.space = p.color_space;
  plain.chroma_location = p.chroma_location;
  plain.video_delay = p.video_delay;
  writer.put(plain);
  writer.put_blob(p.extradata, static_cast<std::size_t>(p.extradata_size));
}

CodecParameters get_parameters(ByteReader& reader) {
  const auto plain = reader.get<PlainParameters>();
  auto p = make_codec_parameters();
  p->codec_type = plain.type;
  p->codec_id = plain.id;
  p->codec_tag = plain.tag;
  p->format = plain.format;
  p->bit_rate = plain.bit_rate;
  p->bits_per_coded_sample = plain.bits_per_coded_sample;
  p->bits_per_raw_sample = plain.bits_per_raw_sample;
  p->profile = plain.profile;
  p->level = plain.level;
  p->width = plain.width;
  p->height = plain.height;
  p->sample_aspect_ratio = plain.sample_aspect_ratio;
  p->field_order = plain.field_order;
  p->color_range = plain.range;
  p->color_primaries = plain.primaries;
  p->color_trc = plain.trc;
  p->color_space = plain.space;
  p->chroma_location = plain.chroma_location;
  p->video_delay = plain.video_delay;
  const auto extradata = reader.get_blob();
  if (!extradata.empty()) {
    p->extradata = static_cast<std::uint8_t*>(av_mallocz(extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (p->extradata == nullptr) throw Error(ExitStatus::internal, "out of memory");
    std::memcpy(p->extradata, extradata.data(), extradata.size());
    p->extradata_size = static_cast<int>(extradata.size());
  }
  return p;
}

void put_packet(ByteWriter& writer, const AVPacket& packet) {
  writer.put(packet.pts);
  writer.put(packet.dts);
  writer.put(packet.duration);
  writer.put(packet.flags);
  writer.put_blob(packet.data, static_cast<std::size_t>(packet.size));
  writer.put(packet.side_data_elems);
  for (int i = 0; i < packet.side_data_elems; ++i) {
    const auto& side = packet.side_data[i];
    writer.put(side.type);
    writer.put_blob(side.data, side.size);
  }
}

Packet get_packet(ByteReader& reader) {
  auto packet = make_packet();
  const auto pts = reader.get<std::int64_t>();
  const auto dts = reader.get<std::int64_t>();
  const auto duration = reader.get<std::int64_t>();
  const auto flags = reader.get<int>();
  const auto data = reader.get_blob();
  check(av_new_packet(packet.get(), static_cast<int>(data.size())), ExitStatus::internal, "out of memory");
  if (!data.empty()) std::memcpy(packet->data, data.data(), data.size());
  packet->pts = pts;
  packet->dts = dts;
  packet->duration = duration;
  packet->flags = flags;
  for (auto left = reader.get<int>(); left > 0; --left) {
    const auto type = reader.get<AVPacketSideDataType>();
    const auto blob = reader.get_blob();
    auto* side = av_packet_new_side_data(packet.get(), type, blob.size());
    if (side == nullptr) throw Error(ExitStatus::internal, "out of memory");
    if (!blob.empty()) std::memcpy(side, blob.data(), blob.size());
  }
  return packet;
}

}  // namespace mpienc::av
