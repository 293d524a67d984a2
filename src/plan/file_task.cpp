#include "mpienc/plan/file_task.hpp"

#include <utility>

namespace mpienc {

namespace {

Bytes get_bytes(ByteReader& reader) {
  const auto blob = reader.get_blob();
  return {blob.begin(), blob.end()};
}

}  // namespace

Bytes FileTask::serialise() const {
  ByteWriter writer;
  writer.put(index);
  writer.put_string(path);
  writer.put_string(root);
  writer.put(carried);
  writer.put(fma);
  writer.put_blob(content.view().data(), content.view().size());
  writer.put(static_cast<std::uint32_t>(outputs.size()));
  for (const auto& output : outputs) {
    for (const auto& text : {output.format, output.options, output.path}) writer.put_string(text);
  }
  return writer.take();
}

FileTask FileTask::parse(ByteReader& reader, std::shared_ptr<const void> owner) {
  FileTask task;
  task.index = reader.get<std::int32_t>();
  task.path = reader.get_string();
  task.root = reader.get_string();
  task.carried = reader.get<bool>();
  task.fma = reader.get<bool>();
  task.content = SharedBytes(std::move(owner), reader.get_blob());
  const auto count = reader.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    FileOutput output;
    for (auto* text : {&output.format, &output.options, &output.path}) *text = reader.get_string();
    task.outputs.push_back(std::move(output));
  }
  return task;
}

Bytes FileResult::serialise() const {
  ByteWriter writer;
  writer.put(index);
  writer.put(static_cast<std::uint32_t>(outcomes.size()));
  for (const auto& outcome : outcomes) {
    writer.put(outcome.status);
    writer.put_string(outcome.reason);
    writer.put(outcome.samples);
    writer.put(outcome.bytes);
    writer.put(outcome.wall_seconds);
    writer.put_blob(outcome.content.data(), outcome.content.size());
  }
  return writer.take();
}

FileResult FileResult::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  FileResult result;
  result.index = reader.get<std::int32_t>();
  const auto count = reader.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    FileOutcome outcome;
    outcome.status = reader.get<std::int32_t>();
    outcome.reason = reader.get_string();
    outcome.samples = reader.get<std::int64_t>();
    outcome.bytes = reader.get<std::int64_t>();
    outcome.wall_seconds = reader.get<double>();
    outcome.content = get_bytes(reader);
    result.outcomes.push_back(std::move(outcome));
  }
  return result;
}

}  // namespace mpienc
