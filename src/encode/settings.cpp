#include "mpienc/encode/settings.hpp"

#include "mpienc/core/error.hpp"

namespace mpienc::encode {

Bytes serialise(const Settings& settings) {
  ByteWriter writer;
  writer.put(static_cast<std::uint8_t>(settings.index()));
  if (const auto* video = std::get_if<VideoSettings>(&settings)) {
    const auto bytes = video->serialise();
    writer.put_blob(bytes.data(), bytes.size());
  }
  return writer.take();
}

Settings parse_settings(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  switch (reader.get<std::uint8_t>()) {
    case 0: return NoVideo{};
    case 1: return VideoSettings::parse(reader.get_blob());
    default:
      throw Error(ExitStatus::cluster, "settings of an unknown kind; run one version of mpienc on all hosts");
  }
}

}  // namespace mpienc::encode
