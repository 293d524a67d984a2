#include "mpienc/app/lane_messages.hpp"

namespace mpienc::app {

Bytes StartedReport::serialise() const {
  ByteWriter writer;
  writer.put(lane);
  writer.put(queued_seconds);
  return writer.take();
}

StartedReport StartedReport::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const auto lane = reader.get<std::int32_t>();
  return {lane, reader.get<double>()};
}

Bytes StealOrder::serialise() const {
  ByteWriter writer;
  writer.put(thief);
  return writer.take();
}

StealOrder StealOrder::parse(std::span<const std::byte> bytes) {
  return {ByteReader(bytes).get<std::int32_t>()};
}

}  // namespace mpienc::app
