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

void ChunkedFiles::begin(int output, ChunkedBeginning beginning) {
  auto& made = outputs_.try_emplace(output, open_, std::move(beginning.file)).first->second;
  made.row = std::move(beginning.row);
  made.given_up = std::move(beginning.given_up);
  made.journal = std::move(beginning.journal);
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
  done_(take(found));
}

collection::Result ChunkedFiles::take(std::map<int, Output>::iterator output) {
  auto& made = output->second;
  auto row = std::move(made.row);
  // A file that was taken away fails, and yet is wanted by the next run.
  const bool wanted = row.status == collection::Status::failed && open_.discarded();
  if (made.journal && !wanted) made.journal->finished();
  outputs_.erase(output);
  return row;
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
  auto& row = made.row;
  row.status = collection::Status::failed;
  row.return_code = static_cast<int>(status);
  row.reason = reason;
  row.execution_time = made.seconds;
  done_(take(found));
}

}  // namespace mpienc::app
