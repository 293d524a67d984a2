#include "mpienc/app/batch_reader.hpp"

#include <fstream>
#include <utility>

#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/plan/file_task.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;

/// Files are measured in bytes; for displays, this many are a second of lossless music.
constexpr double bytes_per_second = 88'200;
/// What encoding a byte of a file costs for each of its outputs, in pixels of video: for the scheduler's
/// first guess.
constexpr std::int64_t byte_pixels = 6;

/// Of the job, for that many of the file's outputs.
double seconds_of(const BatchFile& file, std::int64_t outputs) {
  return static_cast<double>(file.source.size) / bytes_per_second * static_cast<double>(outputs) /
         static_cast<double>(std::ssize(file.outputs));
}

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

BatchReader::BatchReader(const BatchList& list, const BatchOptions& options, Setting setting,
                         ChunkedOutputs& outputs, std::function<void()> wake)
    : list_(list),
      options_(options),
      setting_(std::move(setting)),
      wake_(std::move(wake)),
      long_(outputs, setting_.journals, wake_) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

BatchReader::~BatchReader() {
  thread_.request_stop();
  tasks_.abandon();
}

PlannedChunk BatchReader::plan(int number, const BatchFile& file,
                               const std::vector<BatchOutput>& outputs) const {
  const WorkClock clock;
  FileTask task;
  task.index = number;
  task.path = fs::absolute(file.source.path).string();
  task.root = setting_.output.string();
  for (const auto& output : outputs) {
    const auto target = static_cast<std::size_t>(output.target);
    task.outputs.push_back(
        {options_.targets[target].codec, options_.encoder_options[target], output.path.string()});
  }
  task.fma = setting_.fma;
  task.carried = setting_.carry;
  if (setting_.carry) task.content = SharedBytes(content_of(file.source.path));
  PlannedChunk planned;
  planned.chunk.end_packet = 1;
  planned.chunk.end_seconds = seconds_of(file, std::ssize(outputs));
  planned.chunk.bytes = file.source.size;
  planned.work = {1, file.source.size, file.source.size * byte_pixels * std::ssize(outputs)};
  planned.task = std::make_shared<const encode::Task>(std::move(task));
  planned.cpu_seconds = clock.cpu_seconds();
  planned.wall_seconds = clock.wall_seconds();
  return planned;
}

void BatchReader::run(const std::stop_token& stop) {
  try {
    int number = 0;
    for (const auto& file : list_.files) {
      if (stop.stop_requested()) return;
      auto split = split_file(file, options_, setting_.output, setting_.fma, setting_.long_seconds);
      for (auto& output : split.chunked) {
        output.seconds = seconds_of(file, 1);
        output.shared = setting_.shared;
        long_.add(std::move(output));
      }
      if (!split.whole.empty()) {
        tasks_.push(plan(number, file, split.whole));
        wake_();
      }
      ++number;
    }
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
  }
  long_.close();
  done_ = true;
  wake_();
}

std::optional<PlannedChunk> BatchReader::try_chunk() {
  auto planned = long_.try_chunk();
  if (!planned) planned = tasks_.try_pop();
  if (!planned) return std::nullopt;
  auto& chunk = planned->chunk;
  chunk.index = next_index_++;
  chunk.start_seconds += position_;
  chunk.end_seconds += position_;
  position_ = chunk.end_seconds;
  return planned;
}

void BatchReader::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
  long_.rethrow();
}

std::optional<double> BatchReader::total_seconds() const {
  return static_cast<double>(list_.bytes) / bytes_per_second;
}

}  // namespace mpienc::app
