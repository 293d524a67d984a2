#pragma once

#include <deque>
#include <optional>

namespace mpienc::sched {

/// Chunks that are planned and not yet released, a bounded run of consecutive numbers. Results come in
/// any order and leave in plan order. O(1) per call; memory is bounded by the window.
class ReleaseWindow {
 public:
  /// Throws Error(internal) unless size >= 1.
  explicit ReleaseWindow(int size);

  /// What is in already stays. Throws Error(internal) unless size >= 1.
  void resize(int size);
  [[nodiscard]] bool has_room() const { return planned() - released_ < size_; }
  /// Throws Error(internal) where `chunk` is not the next in plan order or the window is full.
  void plan(int chunk);
  /// Marks the result as there; throws Error(internal) for a chunk outside the window.
  void finish(int chunk);
  /// The next chunk in plan order, where its result is there; it leaves the window.
  [[nodiscard]] std::optional<int> release();

  [[nodiscard]] int planned() const { return released_ + static_cast<int>(done_.size()); }
  [[nodiscard]] int released() const { return released_; }

 private:
  int size_ = 1;
  int released_ = 0;
  std::deque<bool> done_;  ///< of chunks released_, released_ + 1, ...
};

}  // namespace mpienc::sched
