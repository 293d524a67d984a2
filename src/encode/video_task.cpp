#include "mpienc/encode/video_task.hpp"

namespace mpienc::encode {

Bytes VideoTask::serialise() const {
  ByteWriter writer;
  writer.put(chunk);
  writer.put(first);
  writer.put(last);
  writer.put(own_leading);
  av::put_parameters(writer, *source);
  writer.put(time_base);
  writer.put(static_cast<std::uint64_t>(packets.size()));
  for (const auto& packet : packets) av::put_packet(writer, *packet);
  for (const auto& time : times) {
    writer.put(time.pts.has_value());
    writer.put(time.pts.value_or(0));
    writer.put(time.duration);
  }
  return writer.take();
}

VideoTask VideoTask::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  VideoTask task;
  task.chunk = reader.get<Chunk>();
  task.first = reader.get<bool>();
  task.last = reader.get<bool>();
  task.own_leading = reader.get<std::int64_t>();
  task.source = av::get_parameters(reader);
  task.time_base = reader.get<Rational>();
  const auto count = reader.get<std::uint64_t>();
  for (auto left = count; left > 0; --left) task.packets.push_back(av::get_packet(reader));
  for (auto left = count; left > 0; --left) {
    const bool known = reader.get<bool>();
    const auto pts = reader.get<Ticks>();
    const auto duration = reader.get<Ticks>();
    task.times.push_back({known ? MaybeTicks(pts) : MaybeTicks(), duration});
  }
  return task;
}

}  // namespace mpienc::encode
