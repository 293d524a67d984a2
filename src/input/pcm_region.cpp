#include "mpienc/input/pcm_region.hpp"

namespace mpienc::input {

Bytes PcmRegion::serialise() const {
  ByteWriter writer;
  const auto head = format.serialise();
  writer.put_blob(head.data(), head.size());
  writer.put(offset);
  writer.put(samples);
  return writer.take();
}

PcmRegion PcmRegion::parse(ByteReader& reader) {
  PcmRegion region;
  ByteReader head(reader.get_blob());
  region.format = PcmFormat::parse(head);
  region.offset = reader.get<std::int64_t>();
  region.samples = reader.get<std::int64_t>();
  return region;
}

}  // namespace mpienc::input
