#include "mpienc/app/batch_reader.hpp"

#include <chrono>
#include <fstream>
#include <utility>

#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/plan/file_task.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Files are measured in bytes; for displays, this many are a second of lossless music.
constexpr double bytes_per_second = 88'200;
/// What encoding a byte of a file costs for each of its outputs, in pixels of video: for the scheduler's first guess.
constexpr std::int64_t byte_pixels = 6;

/// Empty where it cannot be read whole: then the lane fails it.
Bytes content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!file || error) return {};
  Bytes content(size);
  file.read(reinterpret_cast<char*>(content.data()), std::ssize(content));
  if (file.gcount() != std::ssize(content)) return {};
  return content;
}

}  // namespace

BatchReader::BatchReader(const BatchList& list, const BatchOptions& options, fs::path output, bool carry,
                         bool fma, std::function<void()> wake)
    : list_(list), options_(options), output_(std::move(output)), carry_(carry), fma_(fma), wake_(std::move(wake)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

BatchReader::~BatchReader() {
  thread_.request_stop();
  tasks_.abandon();
}

PlannedChunk BatchReader::plan(int index, const BatchFile& file) {
  const double cpu = thread_cpu_seconds();
  const auto begin = Clock::now();
  FileTask task;
  task.index = index;
  task.path = fs::absolute(file.source.path).string();
  task.root = output_.string();
  for (const auto& output : file.outputs) {
    const auto target = static_cast<std::size_t>(output.target);
    task.outputs.push_back({options_.targets[target].codec, options_.encoder_options[target], output.path.string()});
  }
  task.fma = fma_;
  task.carried = carry_;
  if (carry_) task.content = SharedBytes(content_of(file.source.path));
  PlannedChunk planned;
  planned.chunk.index = index;
  planned.chunk.first_packet = position_;
  position_ += file.source.size;
  planned.chunk.end_packet = position_;
  planned.chunk.start_seconds = static_cast<double>(planned.chunk.first_packet) / bytes_per_second;
  planned.chunk.end_seconds = static_cast<double>(position_) / bytes_per_second;
  planned.chunk.bytes = file.source.size;
  planned.work = {1, file.source.size, file.source.size * byte_pixels * std::ssize(file.outputs)};
  planned.task = std::make_shared<const encode::Task>(std::move(task));
  planned.cpu_seconds = thread_cpu_seconds() - cpu;
  planned.wall_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return planned;
}

void BatchReader::run(const std::stop_token& stop) {
  try {
    int index = 0;
    for (const auto& file : list_.files) {
      if (stop.stop_requested()) return;
      tasks_.push(plan(index++, file));
      wake_();
    }
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
  }
  done_ = true;
  wake_();
}

void BatchReader::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

std::optional<double> BatchReader::total_seconds() const {
  return static_cast<double>(list_.bytes) / bytes_per_second;
}

}  // namespace mpienc::app
