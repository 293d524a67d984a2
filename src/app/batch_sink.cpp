#include "mpienc/app/batch_sink.hpp"

#include <utility>

#include <fmt/format.h>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/folder_below.hpp"
#include "mpienc/collection/links.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;
using collection::Result;
using collection::Status;

std::int32_t rate_of(const encode::Task& task) {
  if (const auto* flac = std::get_if<encode::FlacTask>(&task)) return flac->recording.format.rate;
  return std::get<encode::Mp3PcmTask>(task).recording.format.rate;
}

Replacement failure_of(const encode::Task& task, ExitStatus status, const std::string& reason) {
  const auto* file = std::get_if<FileTask>(&task);
  FileOutcome outcome;
  outcome.status = static_cast<std::int32_t>(status);
  outcome.reason = reason;
  Replacement replacement;
  replacement.result.data = FileResult{file != nullptr ? file->index : 0,
                                       std::vector(file != nullptr ? file->outputs.size() : 1, outcome)};
  replacement.line = "given up";
  return replacement;
}

}  // namespace

BatchSink::BatchSink(const BatchList& list, const BatchOptions& options, fs::path output, Logger& logger,
                     std::function<void()> wake)
    : list_(list),
      options_(options),
      output_(std::move(output)),
      logger_(logger),
      log_(output_),
      chunked_(open_, [this](const Result& result) { store(result); }),
      copier_(list_.copies, open_, output_),
      thread_(std::move(wake)) {
  thread_.push([this](const std::stop_token&) { begin(); });
  copy_next();
}

void BatchSink::planned(const PlannedChunk& chunk) {
  Place place;
  if (const auto* file = std::get_if<FileTask>(chunk.task.get())) {
    place.file = chunk.task;
    place.words = collection::shown(file->path);
  } else {
    const double rate = rate_of(*chunk.task);
    place.output = chunk.track;
    place.words = fmt::format("{} from {:.2f} s to {:.2f} s", name_of_output(chunk.track),
                              static_cast<double>(chunk.chunk.first_packet) / rate,
                              static_cast<double>(chunk.chunk.end_packet) / rate);
  }
  places_.emplace(chunk.chunk.index, std::move(place));
}

std::string BatchSink::name_of_output(int output) const {
  const std::lock_guard lock(names_mutex_);
  return names_.at(output);
}

Replacement BatchSink::replace(const encode::Task& task, OnBadChunk) {
  return failure_of(task, ExitStatus::codec, "the codec crashed on it, on every try");
}

std::optional<Replacement> BatchSink::replace_failed(const encode::Task& task, const Failure& failure) {
  if (failure.status == ExitStatus::interrupted || failure.status == ExitStatus::cluster) return std::nullopt;
  return failure_of(task, failure.status, failure.line);
}

void BatchSink::release(std::shared_ptr<const ChunkResult> result) {
  const auto bytes = result->payload_bytes();
  auto place = std::move(places_.extract(result->index).mapped());
  thread_.push(
      [this, result = std::move(result), place = std::move(place)](const std::stop_token& stop) {
        if (!place.file) return chunked_.add(place.output, result, stop);
        take(std::get<FileResult>(result->data), std::get<FileTask>(*place.file));
      },
      bytes);
}

void BatchSink::begin_output(int output, ChunkedBeginning beginning) {
  {
    const std::lock_guard lock(names_mutex_);
    names_[output] = fmt::format("{}, to {},", collection::shown(beginning.row.infile), beginning.row.format);
  }
  // Work can be copied.
  const auto held = std::make_shared<ChunkedBeginning>(std::move(beginning));
  thread_.push([this, output, held](const std::stop_token&) { chunked_.begin(output, std::move(*held)); });
}

void BatchSink::end_output(int output, ChunkedEnding ending) {
  thread_.push(
      [this, output, ending = std::move(ending)](const std::stop_token&) { chunked_.end(output, ending); });
}

void BatchSink::fail_output(int output, ExitStatus status, std::string reason) {
  thread_.push([this, output, status, reason = std::move(reason)](const std::stop_token&) {
    chunked_.fail(output, status, reason);
  });
}

void BatchSink::refuse_output(Result row) {
  thread_.push([this, row = std::move(row)](const std::stop_token&) { store(row); });
}

void BatchSink::begin() {
  for (const auto& file : list_.files) {
    for (const auto& made : file.outputs) {
      tally_.issue(output_ / made.path, options_.targets[static_cast<std::size_t>(made.target)].codec);
    }
  }
  for (const auto& copied : list_.copies) tally_.issue(output_ / copied.path, copied_format);
  for (const auto& settled : list_.settled) {
    tally_.issue(settled.outfile, settled.format);
    store(settled);
  }
  for (const auto& [path, text] : list_.problems) {
    Result row;
    row.infile = path;
    row.format = "walk";
    row.status = Status::failed;
    row.return_code = static_cast<int>(ExitStatus::input);
    row.reason = text;
    log_.add(row);
  }
}

/// One after the other behind what has come meanwhile.
void BatchSink::copy_next() {
  if (copier_.done()) return;
  thread_.push([this](const std::stop_token&) {
    if (const auto row = copier_.copy_next()) store(*row);
    copy_next();
  });
}

void BatchSink::take(const FileResult& result, const FileTask& task) {
  const auto& source = list_.files.at(static_cast<std::size_t>(task.index)).source.path;
  if (result.outcomes.size() != task.outputs.size()) {
    throw Error(ExitStatus::internal, source.string() + ": not every output has a result");
  }
  for (std::size_t i = 0; i < task.outputs.size(); ++i) {
    const fs::path path(task.outputs[i].path);
    auto outcome = result.outcomes[i];
    if (!outcome.content.empty()) write(path, outcome);
    Result row;
    row.infile = source;
    row.outfile = output_ / path;
    row.format = task.outputs[i].format;
    row.status = outcome.status == 0 ? Status::converted : Status::failed;
    row.return_code = outcome.status;
    row.execution_time = outcome.wall_seconds;
    row.reason = std::move(outcome.reason);
    row.samples = outcome.samples;
    row.bytes = outcome.bytes;
    store(row);
  }
}

void BatchSink::write(const fs::path& relative, FileOutcome& outcome) {
  try {
    outcome.bytes = make_file(open_, output_, relative, [&](output::TemporaryFile& file) {
      write_all(file, outcome.content, relative);
    });
  } catch (const Error& error) {
    outcome.status = static_cast<std::int32_t>(error.status());
    outcome.reason = error.what();
  }
}

void BatchSink::store(const Result& result) {
  // It has failed because its temporary file was taken away.
  if (result.status == Status::failed && open_.discarded()) return;
  tally_.take(result);
  log_.add(result);
  if (result.status == Status::failed) {
    logger_.warn("{}, to {}: {}", collection::shown(result.infile), result.format, result.reason);
  }
}

void BatchSink::link_all() {
  for (const auto& [link, target] : list_.links) {
    std::error_code ignored;
    if (fs::symlink_status(output_ / target, ignored).type() != fs::file_type::regular) continue;
    Result row;
    row.infile = output_ / target;
    row.outfile = output_ / link;
    row.format = "link";
    tally_.issue(row.outfile, row.format);
    try {
      const bool replace = options_.existing != collection::Existing::keep;
      const auto outcome = collection::make_link(output_, link, target, replace);
      row.status = outcome == collection::LinkOutcome::kept ? Status::skipped : Status::converted;
      if (row.status == Status::skipped) row.reason = "it is there";
    } catch (const Error& error) {
      row.status = Status::failed;
      row.return_code = static_cast<int>(error.status());
      row.reason = error.what();
    }
    store(row);
  }
}

std::int64_t BatchSink::commit(const std::function<void()>& before_rename) {
  thread_.finish();
  while (!copier_.done() && !open_.discarded()) {
    if (const auto row = copier_.copy_next()) store(*row);
  }
  if (before_rename) before_rename();
  // Of ranks that were lost.
  output::sweep(paths_to_make(list_, output_));
  for (const auto& failed : tally_.failures()) {
    collection::remove_empty_folders(output_, failed.outfile.parent_path().lexically_relative(output_));
  }
  link_all();
  return tally_.sum().bytes;
}

}  // namespace mpienc::app
