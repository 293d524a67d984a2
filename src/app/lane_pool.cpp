#include "mpienc/app/lane_pool.hpp"

#include <limits>

#include "mpienc/encode/video_chunk.hpp"

namespace mpienc::app {

namespace {

constexpr auto unbounded = std::numeric_limits<std::size_t>::max();

EncodedChunk encode_payload(const TaskPayload& payload, const encode::VideoSettings& settings,
                            const std::stop_token& stop, std::atomic<std::int64_t>& frames) {
  if (const auto* task = std::get_if<std::shared_ptr<const encode::VideoTask>>(&payload)) {
    return encode::encode_video_chunk(**task, settings, stop, frames);
  }
  const auto task = encode::VideoTask::parse(*std::get<std::shared_ptr<const Bytes>>(payload));
  return encode::encode_video_chunk(task, settings, stop, frames);
}

}  // namespace

LanePool::LanePool(int lanes, encode::VideoSettings settings, std::function<void()> wake)
    : settings_(std::move(settings)), wake_(std::move(wake)), jobs_(unbounded), results_(unbounded) {
  for (int lane = 0; lane < lanes; ++lane) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

LanePool::~LanePool() {
  for (auto& thread : threads_) thread.request_stop();
  jobs_.abandon();
}

void LanePool::submit(int chunk, TaskPayload payload) { jobs_.push({chunk, std::move(payload)}); }

std::optional<LaneResult> LanePool::try_result() { return results_.try_pop(); }

void LanePool::run(const std::stop_token& stop) {
  while (auto job = jobs_.pop()) {
    LaneResult result{job->chunk, {}};
    try {
      result.outcome = encode_payload(job->payload, settings_, stop, frames_);
    } catch (const Error& error) {
      result.outcome = LaneFailure{error.status(), error.what()};
    } catch (const std::exception& error) {
      result.outcome = LaneFailure{ExitStatus::internal, error.what()};
    }
    job.reset();
    if (stop.stop_requested()) return;
    results_.push(std::move(result));
    wake_();
  }
}

}  // namespace mpienc::app
