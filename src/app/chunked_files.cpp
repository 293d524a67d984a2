#include "mpienc/app/chunked_files.hpp"

#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

std::int32_t own_index(const ChunkResult& result) {
  if (const auto* flac = std::get_if<FlacChunk>(&result.data)) return flac->index;
  return std::get<Mp3Chunk>(result.data).index;
}

}  // namespace

void ChunkedFiles::begin(int output, std::unique_ptr<RecordingFile> file, collection::Result row,
                         std::shared_ptr<std::atomic<bool>> given_up) {
  auto& made = outputs_.try_emplace(output, open_, std::move(file)).first->second;
  made.row = std::move(row);
  made.given_up = std::move(given_up);
}

template <class Work>
void ChunkedFiles::with(int output, const Work& work) {
  const auto found = outputs_.find(output);
  if (found == outputs_.end()) return;
  try {
    if (!work(found->second)) return;
  } catch (const Error& error) {
    return fail(output, error.status(), error.what());
  } catch (const std::exception& error) {
    return fail(output, ExitStatus::internal, error.what());
  }
  const auto row = std::move(found->second.row);
  outputs_.erase(found);
  done_(row);
}

void ChunkedFiles::add(int output, const std::shared_ptr<const ChunkResult>& result,
                       const std::stop_token& stop) {
  if (const auto* failed = std::get_if<FileResult>(&result->data)) {
    const auto& outcome = failed->outcomes.at(0);
    return fail(output, static_cast<ExitStatus>(outcome.status), outcome.reason);
  }
  with(output, [&](Output& made) {
    made.seconds += result->wall_seconds;
    waiting_ += result->payload_bytes();
    made.later.emplace(own_index(*result), result);
    append(made, stop);
    commit(made);
    return made.row.execution_time.has_value();
  });
}

void ChunkedFiles::append(Output& output, const std::stop_token& stop) {
  while (!output.later.empty() && output.later.begin()->first == output.next && !stop.stop_requested()) {
    const auto node = output.later.extract(output.later.begin());
    waiting_ -= node.mapped()->payload_bytes();
    output.file->append(*node.mapped(), stop);
    ++output.next;
  }
}

void ChunkedFiles::end(int output, ChunkedEnding ending) {
  with(output, [&](Output& made) {
    if (!ending.fault.empty()) throw Error(ExitStatus::input, ending.fault);
    made.ending = std::move(ending);
    commit(made);
    return made.row.execution_time.has_value();
  });
}

void ChunkedFiles::commit(Output& output) {
  if (!output.ending || output.next != output.ending->chunks || open_.discarded()) return;
  auto& row = output.row;
  row.bytes = output.file->commit(true, {});
  row.samples = output.ending->samples;
  row.status = collection::Status::converted;
  row.execution_time = output.seconds;
}

void ChunkedFiles::fail(int output, ExitStatus status, const std::string& reason) {
  const auto found = outputs_.find(output);
  if (found == outputs_.end()) return;
  auto& made = found->second;
  *made.given_up = true;
  for (const auto& [index, result] : made.later) waiting_ -= result->payload_bytes();
  auto row = std::move(made.row);
  row.status = collection::Status::failed;
  row.return_code = static_cast<int>(status);
  row.reason = reason;
  row.execution_time = made.seconds;
  outputs_.erase(found);
  done_(row);
}

}  // namespace mpienc::app
