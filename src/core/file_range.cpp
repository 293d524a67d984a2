#include "mpienc/core/file_range.hpp"

namespace mpienc {

Bytes FileRange::serialise() const {
  ByteWriter writer;
  const auto print = file.serialise();
  writer.put_string(path);
  writer.put_blob(print.data(), print.size());
  writer.put(offset);
  writer.put(bytes);
  return writer.take();
}

FileRange FileRange::parse(ByteReader& reader) {
  FileRange range;
  range.path = reader.get_string();
  ByteReader print(reader.get_blob());
  range.file = FileFingerprint::parse(print);
  range.offset = reader.get<std::int64_t>();
  range.bytes = reader.get<std::int64_t>();
  return range;
}

}  // namespace mpienc
