#include "mpienc/app/reader_thread.hpp"

#include <cmath>

#include "mpienc/app/chunk_task.hpp"
#include "mpienc/core/cpu_clock.hpp"

namespace mpienc::app {

namespace {

/// Packets of one time lie at most so far apart in a file that can be played.
constexpr double interleaving_seconds = 10;
constexpr double growth_worth_a_word = 120;
/// How far the reader is ahead of the sound that makes a chunk whole when that takes its place in the plan.
constexpr double audio_cut_interval = 2;

}  // namespace

ReaderThread::ReaderThread(input::Program& program, std::unique_ptr<input::ChunkCutter> cutter,
                           std::vector<std::unique_ptr<AudioThread>>& audio, PlanOrder& order,
                           VideoCopy* copy, std::int64_t pixels, Logger& logger, std::function<void()> wake)
    : program_(program),
      cutter_(std::move(cutter)),
      audio_(audio),
      order_(order),
      copy_(copy),
      pixels_(pixels),
      logger_(logger),
      wake_(std::move(wake)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ReaderThread::~ReaderThread() {
  thread_.request_stop();
  order_.abandon();
  for (auto& track : audio_) track->stop();
}

void ReaderThread::run(const std::stop_token& stop) {
  reading_ = {};
  try {
    read_all(stop);
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
  }
  done_ = true;
  wake_();
}

void ReaderThread::read_all(const std::stop_token& stop) {
  while (auto next = program_.read()) {
    if (stop.stop_requested()) return;
    const auto fraction = program_.fraction();
    if (fraction && *fraction > 0) total_seconds_ = program_.seconds() / *fraction;
    if (next->track >= 0) {
      if (audio_.empty()) continue;
      audio_[static_cast<std::size_t>(next->track)]->push(std::move(next->packet));
    } else if (copy_ != nullptr) {
      copy_->push(std::move(next->packet));
    } else if (cutter_) {
      cut(std::move(next->packet), fraction);
    }
    tell_audio_time();
    cut_audio();
  }
  for (auto& track : audio_) track->finish(track->chunks() != nullptr ? order_.open() : nullptr);
  if (program_.truncated()) logger_.warn("the input ends in the middle or cannot be read to its end");
  if (copy_ != nullptr) copy_->finish();
  if (!cutter_) return;
  if (relay_) {
    relay_->finish();
    return;
  }
  while (auto chunk = cutter_->finish()) give(std::move(chunk));
}

void ReaderThread::cut(av::Packet packet, std::optional<double> fraction) {
  if (relay_) {
    relay_->push(*packet, fraction);
    return;
  }
  give(cutter_->push(std::move(packet), fraction));
  report_growth();
  if (!cutter_->overgrown()) return;
  auto open = cutter_->take_open();
  logger_.warn(
      "no safe point to cut in {} MB of video: rank 0 decodes it from {:.2f} s on, and sends the frames",
      cutter_->settings().most_bytes >> 20, open.chunk.start_seconds);
  relay_.emplace(std::move(open), cutter_->settings(),
                 [this](input::CutChunk chunk) { give(std::move(chunk)); });
  relay_->begin(fraction);
}

void ReaderThread::give(std::optional<input::CutChunk> chunk) {
  if (!chunk) return;
  growth_reported_ = false;
  CutChunk cut;
  cut.plan.chunk = chunk->chunk;
  cut.plan.work = {chunk->chunk.packets(), chunk->chunk.bytes, pixels_};
  cut.plan.cpu_seconds = reading_.cpu_seconds();
  cut.plan.wall_seconds = reading_.wall_seconds();
  cut.task = to_task(std::move(*chunk));
  order_.put(std::move(cut));
  reading_ = {};
}

void ReaderThread::tell_audio_time() {
  const double now = program_.seconds() - interleaving_seconds;
  if (now < told_seconds_ + 1) return;
  told_seconds_ = std::floor(now);
  for (std::size_t i = 0; i < audio_.size(); ++i) {
    const auto time_base = program_.audio()[i].time_base;
    audio_[i]->advance(rescale(static_cast<Ticks>(told_seconds_), {1, 1}, time_base));
  }
}

void ReaderThread::cut_audio() {
  if (program_.seconds() < cut_seconds_ + audio_cut_interval) return;
  cut_seconds_ = program_.seconds();
  for (auto& track : audio_) {
    if (track->chunks() != nullptr) track->cut(order_.open());
  }
}

void ReaderThread::report_growth() {
  if (growth_reported_ || cutter_->open_seconds() < growth_worth_a_word) return;
  growth_reported_ = true;
  logger_.warn("no safe point to cut for {:.0f} s of video: this chunk grows, and one lane encodes it",
               growth_worth_a_word);
}

void ReaderThread::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

std::optional<double> ReaderThread::total_seconds() const {
  const double seconds = total_seconds_;
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

}  // namespace mpienc::app
