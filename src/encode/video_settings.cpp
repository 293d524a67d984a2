#include "mpienc/encode/video_settings.hpp"

namespace mpienc::encode {

namespace {

void put(ByteWriter& writer, const std::optional<double>& value) {
  writer.put(value.has_value());
  writer.put(value.value_or(0));
}

std::optional<double> get_optional(ByteReader& reader) {
  const bool present = reader.get<bool>();
  const auto value = reader.get<double>();
  return present ? std::optional(value) : std::nullopt;
}

}  // namespace

Bytes VideoSettings::serialise() const {
  ByteWriter writer;
  put(writer, options.crf);
  for (const auto* text : {&options.codec, &options.preset, &options.tune, &options.profile, &options.pix_fmt,
                           &options.encoder_options, &options.simd, &filters, &hdr_parameters}) {
    writer.put_string(*text);
  }
  writer.put(options.global_header);
  for (const int value : {width, height, pixel_format, color_range, color_primaries, color_transfer,
                          color_space, chroma_location}) {
    writer.put(value);
  }
  for (const auto& value : {time_base, encoder_time_base, frame_rate, sample_aspect}) writer.put(value);
  for (const bool value : {counts_frames, interlaced, top_field_first}) writer.put(value);
  return writer.take();
}

VideoSettings VideoSettings::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  VideoSettings s;
  s.options.crf = get_optional(reader);
  for (auto* text :
       {&s.options.codec, &s.options.preset, &s.options.tune, &s.options.profile, &s.options.pix_fmt,
        &s.options.encoder_options, &s.options.simd, &s.filters, &s.hdr_parameters}) {
    *text = reader.get_string();
  }
  s.options.global_header = reader.get<bool>();
  for (auto* value : {&s.width, &s.height, &s.pixel_format, &s.color_range, &s.color_primaries,
                      &s.color_transfer, &s.color_space, &s.chroma_location}) {
    *value = reader.get<int>();
  }
  for (auto* value : {&s.time_base, &s.encoder_time_base, &s.frame_rate, &s.sample_aspect}) {
    *value = reader.get<Rational>();
  }
  for (auto* value : {&s.counts_frames, &s.interlaced, &s.top_field_first}) *value = reader.get<bool>();
  return s;
}

}  // namespace mpienc::encode
