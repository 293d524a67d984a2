#include "mpienc/encode/settings.hpp"

#include "mpienc/core/error.hpp"

namespace mpienc::encode {

namespace {

void put(ByteWriter& writer, const Bytes& bytes) { writer.put_blob(bytes.data(), bytes.size()); }

void write(ByteWriter& writer, const VideoSettings& settings) { put(writer, settings.serialise()); }

template <class Recording>
void write(ByteWriter& writer, const Recording& recording) {
  put(writer, recording.settings.serialise());
  put(writer, recording.format.serialise());
}

template <class Recording, class EncoderSettings>
Recording read(ByteReader& reader) {
  ByteReader settings(reader.get_blob()), format(reader.get_blob());
  return {EncoderSettings::parse(settings), PcmFormat::parse(format)};
}

}  // namespace

Bytes serialise(const Settings& settings) {
  ByteWriter writer;
  writer.put(static_cast<std::uint8_t>(settings.index()));
  std::visit([&](const auto& it) { write(writer, it); }, settings);
  return writer.take();
}

Settings parse_settings(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  switch (reader.get<std::uint8_t>()) {
    case 0: return VideoSettings::parse(reader.get_blob());
    case 1: return read<FlacRecording, FlacSettings>(reader);
    case 2: return read<Mp3Recording, Mp3Settings>(reader);
    default:
      throw Error(ExitStatus::cluster, "settings of an unknown kind; run one version of mpienc on all hosts");
  }
}

}  // namespace mpienc::encode
