#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <optional>
#include <thread>
#include <variant>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/output_thread.hpp"
#include "mpienc/encode/audio.hpp"

namespace mpienc::app {

/// One audio track, encoded beside the video lanes as the reader comes by its packets.
class AudioThread {
 public:
  AudioThread(const av::Stream& source, const encode::AudioSettings& settings);
  ~AudioThread();
  AudioThread(const AudioThread&) = delete;
  AudioThread& operator=(const AudioThread&) = delete;

  [[nodiscard]] const av::Stream& stream() const { return track_.stream(); }
  /// `wake` is called when the track has ended or failed.
  void start(OutputThread& output, int output_track, std::function<void()> wake);

  /// Wait while the track is behind.
  void push(av::Packet packet);
  /// The reader is at `now`, in ticks of the source.
  void advance(Ticks now);
  void finish();
  /// Ends the thread without finishing the track; the output may go away after that.
  void stop();

  [[nodiscard]] bool done() const { return done_; }
  void rethrow() const;
  /// After done().
  [[nodiscard]] encode::AudioTrack::Counts counts() const { return track_.counts(); }

 private:
  void run();

  OutputThread* output_ = nullptr;
  int output_track_ = 0;
  std::function<void()> wake_;
  encode::AudioTrack track_;
  BoundedQueue<std::variant<av::Packet, Ticks>> queue_{512};
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false, done_ = false, stopped_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
