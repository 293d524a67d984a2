#include "mpienc/app/batch_sink.hpp"

#include <fstream>
#include <limits>
#include <utility>
#include <vector>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/folder_below.hpp"
#include "mpienc/collection/links.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/output/temporary_file.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;
using collection::Result;
using collection::Status;

constexpr std::size_t piece = 1 << 20;
constexpr const char* copied_format = "copy";

std::span<const std::uint8_t> as_octets(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

void require(int code, const fs::path& path) {
  if (code >= 0) return;
  throw Error(ExitStatus::output, path.string() + ": cannot be written; is the disk full?");
}

/// Below `root`, under its name only when complete.
template <class Write>
std::int64_t make_file(const fs::path& root, const fs::path& relative, const Write& write) {
  static_cast<void>(collection::FolderBelow(root, relative.parent_path()));
  output::TemporaryFile file(root / relative);
  write(file);
  return file.commit(true);
}

}  // namespace

BatchSink::BatchSink(const BatchList& list, const BatchOptions& options, fs::path output, Logger& logger,
                     std::function<void()> wake)
    : list_(list),
      options_(options),
      output_(std::move(output)),
      logger_(logger),
      wake_(std::move(wake)),
      log_(output_),
      results_(std::numeric_limits<std::size_t>::max()) {
  thread_ = std::jthread([this] { run(); });
}

BatchSink::~BatchSink() { results_.abandon(); }

Replacement BatchSink::replace(const encode::Task& task, OnBadChunk) {
  const auto& file = std::get<FileTask>(task);
  FileOutcome outcome;
  outcome.status = static_cast<std::int32_t>(ExitStatus::codec);
  outcome.reason = "the codec crashed on it, on every try";
  Replacement replacement;
  replacement.result.index = file.index;
  replacement.result.data = FileResult{file.index, std::vector(file.outputs.size(), outcome)};
  replacement.line = "given up";
  return replacement;
}

void BatchSink::release(std::shared_ptr<const ChunkResult> result) {
  backlog_ += result->payload_bytes();
  results_.push(std::move(result));
}

void BatchSink::run() {
  try {
    begin();
    while (const auto result = results_.pop()) {
      take(std::get<FileResult>((*result)->data));
      backlog_ -= (*result)->payload_bytes();
    }
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
    backlog_ = 0;
    results_.abandon();
    wake_();
  }
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
  for (const auto& copied : list_.copies) copy(copied);
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

void BatchSink::take(const FileResult& result) {
  const auto& file = list_.files.at(static_cast<std::size_t>(result.index));
  if (result.outcomes.size() != file.outputs.size()) {
    throw Error(ExitStatus::internal, file.source.path.string() + ": not every output has a result");
  }
  for (std::size_t i = 0; i < file.outputs.size(); ++i) {
    const auto& path = file.outputs[i].path;
    auto outcome = result.outcomes[i];
    if (!outcome.content.empty()) write(path, outcome);
    Result row;
    row.infile = file.source.path;
    row.outfile = output_ / path;
    row.format = options_.targets[static_cast<std::size_t>(file.outputs[i].target)].codec;
    row.status = outcome.status == 0 ? Status::converted : Status::failed;
    row.return_code = outcome.status;
    row.execution_time = outcome.wall_seconds;
    row.reason = std::move(outcome.reason);
    row.samples = outcome.samples;
    row.bytes = outcome.bytes;
    store(row);
  }
}

void BatchSink::write(const fs::path& relative, FileOutcome& outcome) const {
  try {
    outcome.bytes = make_file(output_, relative, [&](output::TemporaryFile& file) {
      require(file.write(as_octets(outcome.content)), relative);
    });
  } catch (const Error& error) {
    outcome.status = static_cast<std::int32_t>(error.status());
    outcome.reason = error.what();
  }
}

void BatchSink::copy(const BatchCopy& copied) {
  Result row;
  row.infile = copied.source.path;
  row.outfile = output_ / copied.path;
  row.format = copied_format;
  row.status = Status::copied;
  try {
    row.bytes = make_file(output_, copied.path, [&](output::TemporaryFile& file) {
      std::ifstream from(copied.source.path, std::ios::binary);
      Bytes buffer(piece);
      while (from.read(reinterpret_cast<char*>(buffer.data()), std::ssize(buffer)) || from.gcount() > 0) {
        require(file.write(as_octets(std::span(buffer).first(static_cast<std::size_t>(from.gcount())))), row.outfile);
      }
      if (!from.eof()) throw Error(ExitStatus::input, copied.source.path.string() + ": cannot be read");
    });
  } catch (const Error& error) {
    row.status = Status::failed;
    row.return_code = static_cast<int>(error.status());
    row.reason = error.what();
  }
  store(row);
}

void BatchSink::store(const Result& result) {
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

void BatchSink::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

std::int64_t BatchSink::commit(const std::function<void()>& before_rename) {
  results_.close();
  thread_.join();
  rethrow();
  if (before_rename) before_rename();
  link_all();
  return tally_.sum().bytes;
}

}  // namespace mpienc::app
