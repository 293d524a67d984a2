#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "mpienc/view/layout.hpp"

namespace mpienc::view {

/// The terminal as a screen, by ncurses; one at a time. It goes back to what it was at the destructor.
class Screen {
 public:
  /// Error(usage) where standard input or output is no terminal or TERM names none that is known.
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  [[nodiscard]] int rows() const;
  [[nodiscard]] int columns() const;
  void paint(const std::vector<Line>& lines);
  /// Waits at most so long for a key; Key::other also where the size has changed, Key::quit where the
  /// terminal is gone.
  [[nodiscard]] std::optional<Key> key(int milliseconds);
  /// Gives the terminal back, from any thread, where the process has to end at once.
  static void give_back() noexcept;
};

}  // namespace mpienc::view
