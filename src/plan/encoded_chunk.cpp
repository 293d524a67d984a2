#include "mpienc/plan/encoded_chunk.hpp"

namespace mpienc {

namespace {

void put_bytes(ByteWriter& writer, const Bytes& bytes) { writer.put_blob(bytes.data(), bytes.size()); }

Bytes get_bytes(ByteReader& reader) {
  const auto blob = reader.get_blob();
  return {blob.begin(), blob.end()};
}

}  // namespace

std::int64_t EncodedChunk::packet_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& packet : packets) bytes += static_cast<std::int64_t>(packet.data.size());
  return bytes;
}

Bytes EncodedChunk::serialise() const {
  ByteWriter writer;
  writer.put(index);
  writer.put(reorder_depth);
  put_bytes(writer, extradata);
  writer.put(static_cast<std::uint64_t>(packets.size()));
  for (const auto& packet : packets) {
    writer.put(packet.frame);
    writer.put(packet.key);
    put_bytes(writer, packet.data);
  }
  writer.put(static_cast<std::uint64_t>(frames.size()));
  for (const auto& frame : frames) {
    writer.put(frame.packet);
    writer.put(frame.duration);
  }
  writer.put(damaged_frames);
  writer.put(decode_errors);
  writer.put(first_checksum);
  writer.put(next_checksum);
  return writer.take();
}

EncodedChunk EncodedChunk::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  EncodedChunk chunk;
  chunk.index = reader.get<std::int32_t>();
  chunk.reorder_depth = reader.get<std::int32_t>();
  chunk.extradata = get_bytes(reader);
  for (auto left = reader.get<std::uint64_t>(); left > 0; --left) {
    EncodedPacket packet;
    packet.frame = reader.get<std::int32_t>();
    packet.key = reader.get<bool>();
    packet.data = get_bytes(reader);
    chunk.packets.push_back(std::move(packet));
  }
  for (auto left = reader.get<std::uint64_t>(); left > 0; --left) {
    EncodedFrame frame;
    frame.packet = reader.get<std::int64_t>();
    frame.duration = reader.get<Ticks>();
    chunk.frames.push_back(frame);
  }
  chunk.damaged_frames = reader.get<std::int32_t>();
  chunk.decode_errors = reader.get<std::int32_t>();
  chunk.first_checksum = reader.get<std::uint32_t>();
  chunk.next_checksum = reader.get<std::uint32_t>();
  return chunk;
}

}  // namespace mpienc
