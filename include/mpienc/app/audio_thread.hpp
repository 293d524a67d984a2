#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <variant>

#include "mpienc/app/audio_work.hpp"
#include "mpienc/app/bounded_queue.hpp"

namespace mpienc::app {

/// One audio track on a thread of its own, as the reader comes by its packets.
class AudioThread {
 public:
  explicit AudioThread(std::unique_ptr<AudioWork> work) : work_(std::move(work)) {}
  ~AudioThread();
  AudioThread(const AudioThread&) = delete;
  AudioThread& operator=(const AudioThread&) = delete;

  [[nodiscard]] const av::Stream& stream() const { return work_->stream(); }
  /// As AudioWork's.
  [[nodiscard]] const Mp3Stream* chunks() const { return work_->chunks(); }
  /// `wake` is called when the track has ended or failed.
  void start(int output_track, std::function<void()> wake);

  /// Wait while the track is behind.
  void push(av::Packet packet);
  /// The reader is at `now`, in ticks of the source.
  void advance(Ticks now);
  void cut(PlanOrder::Place place);
  /// `place` is null where chunks() is.
  void finish(PlanOrder::Place place);
  /// Ends the thread without finishing the track; what it uses may go away after that. A PlanOrder that it
  /// may wait for is to be abandoned before.
  void stop();

  [[nodiscard]] bool done() const { return done_; }
  void rethrow() const;
  /// After done().
  [[nodiscard]] encode::AudioTrack::Counts counts() const { return work_->counts(); }

 private:
  struct Cut {
    PlanOrder::Place place;
  };
  void run();

  std::unique_ptr<AudioWork> work_;
  std::function<void()> wake_;
  BoundedQueue<std::variant<av::Packet, Ticks, Cut>> queue_{512};
  PlanOrder::Place last_place_ = nullptr;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false, done_ = false, stopped_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
