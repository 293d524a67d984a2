#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <thread>
#include <variant>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/lane_pool.hpp"
#include "mpienc/app/shared_inputs.hpp"
#include "mpienc/core/file_range.hpp"

namespace mpienc::app {

/// The payload of `digest` from rank 0: samples, and the digest of all before them (a serialised av::PcmMd5).
/// Its answer is the digest that follows.
struct DigestStep {
  FileRange range;
  Bytes state;

  [[nodiscard]] Bytes serialise() const;
  /// Throws Error(cluster) on what is too short.
  [[nodiscard]] static DigestStep parse(std::span<const std::byte> bytes);
};

struct DigestEvent {
  int chunk = 0;
  std::variant<Bytes, LaneFailure> outcome;  ///< the state
};

/// Takes ranges of files into digests, in the order of submit(), on a thread beside the lanes.
class DigestThread {
 public:
  /// `wake` is called after each step.
  explicit DigestThread(std::function<void()> wake);
  /// The step under way ends early.
  ~DigestThread();
  DigestThread(const DigestThread&) = delete;
  DigestThread& operator=(const DigestThread&) = delete;

  void submit(int chunk, DigestStep step) { steps_.push({chunk, std::move(step)}); }
  [[nodiscard]] std::optional<DigestEvent> try_event() { return events_.try_pop(); }

 private:
  struct Work {
    int chunk = 0;
    DigestStep step;
  };
  void run(const std::stop_token& stop);
  [[nodiscard]] Bytes digest(const DigestStep& step, const std::stop_token& stop);

  static constexpr auto no_limit = std::numeric_limits<std::size_t>::max();
  std::function<void()> wake_;
  SharedInputs inputs_;
  BoundedQueue<Work> steps_{no_limit};
  BoundedQueue<DigestEvent> events_{no_limit};
  std::jthread thread_;
};

}  // namespace mpienc::app
