#include "mpienc/app/lane_pool.hpp"

#include <algorithm>
#include <atomic>
#include <stop_token>
#include <utility>

#include "mpienc/app/file_lane.hpp"
#include "mpienc/app/run_task.hpp"
#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/encode/isolated_chunk.hpp"

namespace mpienc::app {

using Clock = std::chrono::steady_clock;

namespace {

bool is_file(const TaskPayload& payload) {
  if (const auto* task = std::get_if<std::shared_ptr<const encode::Task>>(&payload)) {
    return std::holds_alternative<FileTask>(**task);
  }
  return encode::is_file(*std::get<std::shared_ptr<const Bytes>>(payload));
}

}  // namespace

struct LanePool::Job {
  Job(int index, TaskPayload task, bool alone)
      : chunk(index), payload(std::move(task)), isolated(alone), file(is_file(payload)) {}

  int chunk;
  TaskPayload payload;
  bool isolated, file;
  Clock::time_point submitted = Clock::now();
  std::stop_source stop;
  std::atomic<std::int64_t> frames = 0;
};

namespace {

ChunkResult encode_payload(const TaskPayload& payload, const encode::Settings& settings,
                           const std::stop_token& stop, std::atomic<std::int64_t>& frames) {
  if (const auto* task = std::get_if<std::shared_ptr<const encode::Task>>(&payload)) {
    return run_task(**task, settings, stop, frames);
  }
  const auto task = encode::parse_task(std::get<std::shared_ptr<const Bytes>>(payload));
  return run_task(task, settings, stop, frames);
}

ChunkResult encode_payload_isolated(const TaskPayload& payload, const encode::Settings& settings,
                                    const std::stop_token& stop, std::atomic<std::int64_t>& frames) {
  if (const auto* task = std::get_if<std::shared_ptr<const encode::Task>>(&payload)) {
    if (const auto* file = std::get_if<FileTask>(&**task))
      return convert_isolated(*file, settings, stop, frames);
    return encode::encode_isolated(encode::serialise(**task), settings, stop, frames);
  }
  const auto& bytes = std::get<std::shared_ptr<const Bytes>>(payload);
  if (!encode::is_file(*bytes)) return encode::encode_isolated(*bytes, settings, stop, frames);
  return convert_isolated(std::get<FileTask>(encode::parse_task(bytes)), settings, stop, frames);
}

/// The payload with its samples, where it names their range.
TaskPayload loaded(const TaskPayload& payload, SharedInputs& inputs) {
  const auto with_samples = [&](const encode::Task& task) -> TaskPayload {
    const auto* range = encode::range_of(task);
    if (range == nullptr) return payload;
    return std::make_shared<const encode::Task>(encode::with_pcm(task, inputs.read(*range)));
  };
  if (const auto* task = std::get_if<std::shared_ptr<const encode::Task>>(&payload))
    return with_samples(**task);
  const auto& bytes = std::get<std::shared_ptr<const Bytes>>(payload);
  return encode::names_range(*bytes) ? with_samples(encode::parse_task(bytes)) : payload;
}

int chunk_of(const LaneEvent& event) {
  return std::visit([](const auto& it) { return it.chunk; }, event);
}

}  // namespace

LanePool::LanePool(int lanes, encode::Settings settings, std::function<void()> wake)
    : settings_(std::move(settings)), wake_(std::move(wake)) {
  try {
    for (int lane = 0; lane < lanes; ++lane) {
      threads_.emplace_back([this, lane] { run(lane); });
    }
  } catch (...) {
    stop();
    throw;
  }
}

LanePool::~LanePool() {
  stop();
  threads_.clear();
}

void LanePool::submit(int chunk, TaskPayload payload, bool isolated) {
  auto job = std::make_shared<Job>(chunk, std::move(payload), isolated);
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    waiting_.push_back(std::move(job));
  }
  submitted_.notify_one();
}

std::optional<LaneEvent> LanePool::try_event() {
  const std::lock_guard lock(mutex_);
  if (events_.empty()) return std::nullopt;
  auto event = std::move(events_.front().event);
  events_.pop_front();
  return event;
}

std::optional<TaskPayload> LanePool::withdraw(int chunk) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(waiting_, chunk, [](const auto& job) { return job->chunk; });
  if (found == waiting_.end()) return std::nullopt;
  auto payload = std::move((*found)->payload);
  waiting_.erase(found);
  return payload;
}

void LanePool::cancel(int chunk) {
  const std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [&](const auto& job) { return job->chunk == chunk; });
  for (const auto& job : running_) {
    if (job->chunk == chunk) job->stop.request_stop();
  }
  std::erase_if(events_, [&](const Event& event) {
    if (chunk_of(event.event) != chunk) return false;
    finished_frames_ -= event.frames;
    return true;
  });
}

void LanePool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    waiting_.clear();
    for (const auto& event : events_) finished_frames_ -= event.frames;
    events_.clear();
    for (const auto& job : running_) job->stop.request_stop();
  }
  submitted_.notify_all();
}

bool LanePool::full() const {
  const std::lock_guard lock(mutex_);
  return running_.size() >= threads_.size();
}

bool LanePool::writes_files() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(running_, [](const auto& job) { return job->file; });
}

std::int64_t LanePool::frames() const {
  const std::lock_guard lock(mutex_);
  auto total = finished_frames_;
  for (const auto& job : running_) {
    if (!job->stop.stop_requested()) total += job->frames.load(std::memory_order_relaxed);
  }
  return total;
}

void LanePool::run(int lane) {
  while (const auto job = begin(lane)) {
    LaneResult result{job->chunk, lane, {}};
    try {
      const auto encode = job->isolated ? encode_payload_isolated : encode_payload;
      const WorkClock clock;
      auto encoded = encode(loaded(job->payload, inputs_), settings_, job->stop.get_token(), job->frames);
      job->payload = {};
      encoded.index = job->chunk;
      encoded.cpu_seconds += clock.cpu_seconds();
      encoded.wall_seconds = clock.wall_seconds();
      result.outcome = std::move(encoded);
    } catch (const Error& error) {
      result.outcome = LaneFailure{error.status(), error.what()};
    } catch (const std::exception& error) {
      result.outcome = LaneFailure{ExitStatus::internal, error.what()};
    }
    job->payload = {};
    end(job, std::move(result));
  }
}

std::shared_ptr<LanePool::Job> LanePool::begin(int lane) {
  std::shared_ptr<Job> job;
  {
    std::unique_lock lock(mutex_);
    submitted_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
    if (stopped_) return nullptr;
    job = std::move(waiting_.front());
    waiting_.pop_front();
    running_.push_back(job);
    const std::chrono::duration<double> queued = Clock::now() - job->submitted;
    events_.push_back({LaneStarted{job->chunk, lane, queued.count()}});
  }
  wake_();
  return job;
}

void LanePool::end(const std::shared_ptr<Job>& job, LaneResult result) {
  {
    const std::lock_guard lock(mutex_);
    std::erase(running_, job);
    if (job->stop.stop_requested()) return;
    const bool encoded = std::holds_alternative<ChunkResult>(result.outcome);
    const auto frames = encoded ? job->frames.load(std::memory_order_relaxed) : 0;
    finished_frames_ += frames;
    events_.push_back({std::move(result), frames});
  }
  wake_();
}

}  // namespace mpienc::app
