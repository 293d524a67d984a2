#include "mpienc/app/audio_thread.hpp"

namespace mpienc::app {

AudioThread::~AudioThread() { stop(); }

void AudioThread::start(int output_track, std::function<void()> wake) {
  work_->start(output_track);
  wake_ = std::move(wake);
  thread_ = std::jthread([this] { run(); });
}

void AudioThread::push(av::Packet packet) { queue_.push(std::move(packet)); }
void AudioThread::advance(Ticks now) { queue_.push(now); }
void AudioThread::cut(PlanOrder::Place place) { queue_.push(Cut{place}); }
void AudioThread::finish(PlanOrder::Place place) {
  last_place_ = place;
  queue_.close();
}
void AudioThread::stop() {
  stopped_ = true;
  queue_.abandon();
  if (thread_.joinable()) thread_.join();
}

void AudioThread::run() {
  try {
    while (auto item = queue_.pop()) {
      if (const auto* packet = std::get_if<av::Packet>(&*item)) {
        work_->push(**packet);
      } else if (const auto* cut = std::get_if<Cut>(&*item)) {
        work_->cut(cut->place);
      } else {
        work_->advance(std::get<Ticks>(*item));
      }
    }
    if (stopped_) return;
    work_->finish(last_place_);
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
    queue_.abandon();
  }
  done_ = true;
  wake_();
}

void AudioThread::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

}  // namespace mpienc::app
