#include "mpienc/app/file_lane.hpp"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "mpienc/collection/folder_below.hpp"
#include "mpienc/convert/convert_file.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/encode/isolated_chunk.hpp"
#include "mpienc/output/temporary_file.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;

/// Removed with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    auto name = (fs::temp_directory_path() / "mpienc-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw Error(ExitStatus::output, fmt::format("{}: no folder can be made there: {}; set TMPDIR",
                                                  fs::temp_directory_path().string(), std::strerror(errno)));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write_file(const fs::path& path, std::span<const std::byte> content) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(content.data()), std::ssize(content));
  file.close();
  if (!file)
    throw Error(ExitStatus::output, fmt::format("{}: cannot be written; is the disk full?", path.string()));
}

Bytes read_file(const fs::path& path) {
  Bytes content(fs::file_size(path));
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(content.data()), std::ssize(content))) {
    throw Error(ExitStatus::input, fmt::format("{}: cannot be read back", path.string()));
  }
  return content;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

FileOutcome outcome_of(convert::OutputResult result) {
  FileOutcome outcome;
  outcome.status = static_cast<std::int32_t>(result.status);
  outcome.reason = std::move(result.reason);
  outcome.samples = result.samples;
  outcome.bytes = result.bytes;
  outcome.wall_seconds = result.wall_seconds;
  return outcome;
}

std::vector<FileOutcome> convert_here(const FileTask& task, const std::stop_token& stop,
                                      std::atomic<std::int64_t>& progress) {
  std::vector<convert::Output> outputs;
  for (const auto& output : task.outputs) {
    const fs::path path(output.path);
    static_cast<void>(collection::FolderBelow(task.root, path.parent_path()));
    auto format = convert::parse_format(output.format, output.options);
    format.flac.fma = task.fma;
    outputs.push_back({std::move(format), task.root / path});
  }
  std::vector<FileOutcome> outcomes;
  for (auto& result : convert::convert_file(task.path, outputs, stop, progress)) {
    outcomes.push_back(outcome_of(std::move(result)));
  }
  return outcomes;
}

/// The task as it is in `scratch`, where its input is written.
FileTask unpacked(const FileTask& task, const fs::path& scratch) {
  FileTask local;
  local.index = task.index;
  local.fma = task.fma;
  local.root = scratch;
  local.path = scratch / ("input" + fs::path(task.path).extension().string());
  write_file(local.path, task.content.view());
  for (std::size_t i = 0; i < task.outputs.size(); ++i) {
    auto output = task.outputs[i];
    output.path = fmt::format("{}{}", i, fs::path(output.path).extension().string());
    local.outputs.push_back(std::move(output));
  }
  return local;
}

/// `convert` gets the task with an input and a root that are on this host.
template <class Convert>
std::vector<FileOutcome> with_files(const FileTask& task, const Convert& convert) {
  if (!task.carried) return convert(task);
  const ScratchFolder scratch;
  const auto local = unpacked(task, scratch.path());
  auto outcomes = convert(local);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto& outcome = outcomes[i];
    outcome.reason = replaced(std::move(outcome.reason), local.path, task.path);
    const auto made = scratch.path() / local.outputs[i].path;
    if (fs::exists(made)) outcome.content = read_file(made);
  }
  return outcomes;
}

/// Of a process that died.
struct Tidying {
  const FileTask& task;
  bool needed = true;
  ~Tidying() {
    if (!needed) return;
    std::vector<fs::path> paths;
    for (const auto& output : task.outputs) paths.push_back(fs::path(task.root) / output.path);
    output::sweep(paths);
  }
};

std::vector<FileOutcome> all_failed(const FileTask& task, ExitStatus status, const std::string& reason) {
  FileOutcome outcome;
  outcome.status = static_cast<std::int32_t>(status);
  outcome.reason = reason;
  return std::vector(task.outputs.size(), outcome);
}

}  // namespace

ChunkResult convert_task(const FileTask& task, const std::stop_token& stop,
                         std::atomic<std::int64_t>& progress) {
  FileResult done{task.index, {}};
  try {
    done.outcomes =
        with_files(task, [&](const FileTask& here) { return convert_here(here, stop, progress); });
  } catch (const Error& error) {
    done.outcomes = all_failed(task, error.status(), error.what());
  } catch (const fs::filesystem_error& error) {
    done.outcomes = all_failed(task, ExitStatus::output, error.what());
  }
  ChunkResult result;
  result.index = task.index;
  result.units = progress.load(std::memory_order_relaxed);
  result.data = std::move(done);
  return result;
}

ChunkResult convert_isolated(const FileTask& task, const encode::Settings& settings,
                             const std::stop_token& stop, std::atomic<std::int64_t>& progress) {
  ChunkResult result;
  result.index = task.index;
  FileResult done{task.index, {}};
  try {
    done.outcomes = with_files(task, [&](const FileTask& here) {
      Tidying tidying{here};
      result = encode::encode_isolated(encode::serialise(here), settings, stop, progress);
      auto* converted = std::get_if<FileResult>(&result.data);
      tidying.needed = converted == nullptr;
      return converted != nullptr ? std::move(converted->outcomes) : std::vector<FileOutcome>();
    });
  } catch (const Error& error) {
    // A codec that crashed has another try.
    if (error.status() == ExitStatus::codec) throw;
    done.outcomes = all_failed(task, error.status(), error.what());
  } catch (const fs::filesystem_error& error) {
    done.outcomes = all_failed(task, ExitStatus::output, error.what());
  }
  result.data = std::move(done);
  return result;
}

}  // namespace mpienc::app
