#pragma once

#include <functional>
#include <list>
#include <mutex>

namespace mpienc::app {

/// Temporary files that are to be taken away at once when the process has to end. Any thread.
class OpenFiles {
 public:
  /// One of them, for as long as this lives.
  class Entry {
   public:
    /// `discard` throws nothing. Where discard() came before, it is called at once.
    Entry(OpenFiles& files, std::function<void()> discard);
    /// Waits for a discard() that is under way.
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    OpenFiles& files_;
    std::list<std::function<void()>>::iterator place_;
  };

  void discard() noexcept;
  /// None gets its name any more.
  [[nodiscard]] bool discarded() const;

 private:
  mutable std::mutex mutex_;
  std::list<std::function<void()>> discards_;
  bool discarded_ = false;
};

}  // namespace mpienc::app
