#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <thread>
#include <variant>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/output/track_writer.hpp"

namespace mpienc::app {

/// Writes the output on a thread of its own, so that a slow disk delays no lane. Calls may come from
/// any thread. After an error what comes is dropped, `wake` is called and rethrow() throws it.
class OutputThread {
 public:
  OutputThread(output::FileSpec spec, std::function<void()> wake);
  ~OutputThread();
  OutputThread(const OutputThread&) = delete;
  OutputThread& operator=(const OutputThread&) = delete;

  void write(int track, av::Packet packet);
  void advance(int track, Ticks dts);
  void end(int track);
  void update_extradata(int track, Bytes extradata);

  /// Bytes that the disk has yet to take: the reader waits while this is large.
  [[nodiscard]] std::int64_t backlog() const { return backlog_.load(std::memory_order_relaxed); }
  void rethrow() const;
  /// After all tracks have ended: waits for the disk and gives the file its name, unless `before_rename`
  /// throws. Returns its bytes.
  std::int64_t commit(const std::function<void()>& before_rename = {});
  /// Takes the temporary file away at once, from any thread.
  void discard() const noexcept { writer_.discard(); }

 private:
  struct Write {
    int track;
    av::Packet packet;
  };
  struct Advance {
    int track;
    Ticks dts;
  };
  struct End {
    int track;
  };
  struct Extradata {
    int track;
    Bytes bytes;
  };
  using Event = std::variant<Write, Advance, End, Extradata>;

  void run();
  void carry_out(Event& event);

  output::TrackWriter writer_;
  std::function<void()> wake_;
  BoundedQueue<Event> events_;
  std::atomic<std::int64_t> backlog_ = 0;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
