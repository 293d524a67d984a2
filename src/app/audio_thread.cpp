#include "mpienc/app/audio_thread.hpp"

namespace mpienc::app {

AudioThread::AudioThread(const av::Stream& source, const encode::AudioSettings& settings)
    : track_(source, settings, [this](av::Packet packet) { output_->write(output_track_, std::move(packet)); }) {}

AudioThread::~AudioThread() { stop(); }

void AudioThread::start(OutputThread& output, int output_track, std::function<void()> wake) {
  output_ = &output;
  output_track_ = output_track;
  wake_ = std::move(wake);
  thread_ = std::jthread([this] { run(); });
}

void AudioThread::push(av::Packet packet) { queue_.push(std::move(packet)); }
void AudioThread::advance(Ticks now) { queue_.push(now); }
void AudioThread::finish() { queue_.close(); }
void AudioThread::stop() {
  stopped_ = true;
  queue_.abandon();
  if (thread_.joinable()) thread_.join();
}

void AudioThread::run() {
  try {
    while (auto item = queue_.pop()) {
      if (const auto* packet = std::get_if<av::Packet>(&*item)) {
        track_.push(**packet);
      } else {
        track_.advance(std::get<Ticks>(*item));
      }
    }
    if (stopped_) return;
    if (auto extradata = track_.finish()) output_->update_extradata(output_track_, std::move(*extradata));
    output_->end(output_track_);
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
