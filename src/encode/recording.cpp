#include "mpienc/encode/recording.hpp"

namespace mpienc::encode {

namespace {

template <class Recording>
Bytes bytes_of(const Recording& recording) {
  auto bytes = recording.settings.serialise();
  const auto format = recording.format.serialise();
  bytes.insert(bytes.end(), format.begin(), format.end());
  return bytes;
}

}  // namespace

Bytes FlacRecording::serialise() const { return bytes_of(*this); }
Bytes Mp3Recording::serialise() const { return bytes_of(*this); }

FlacRecording FlacRecording::parse(ByteReader& reader) {
  auto settings = FlacSettings::parse(reader);
  return {settings, PcmFormat::parse(reader)};
}

Mp3Recording Mp3Recording::parse(ByteReader& reader) {
  auto settings = Mp3Settings::parse(reader);
  return {settings, PcmFormat::parse(reader)};
}

}  // namespace mpienc::encode
