#pragma once

#include <functional>
#include <optional>
#include <ostream>

#include "mpienc/report/progress.hpp"

namespace mpienc::report {

enum class ProgressStyle {
  none,
  log,       ///< a plain line every 10 s
  terminal,  ///< one line, redrawn about 4 times a second
};

/// Decides when progress is shown; the time is Snapshot::elapsed. One thread. On a terminal each line of
/// make_logger() wipes the progress line, and the next update draws it again below.
class ProgressDisplay {
 public:
  /// `out` outlives the display; `columns` gives the terminal's width and is asked before each drawing.
  ProgressDisplay(std::ostream& out, ProgressStyle style, std::function<int()> columns);
  /// Clears the line.
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void update(const Snapshot& snapshot);
  /// Wipes the line on a terminal, before other text goes to the same stream or at the end.
  void clear();

 private:
  void draw(const Snapshot& snapshot);

  std::ostream& out_;
  ProgressStyle style_;
  std::function<int()> columns_;
  std::optional<double> shown_at_;
  bool drawn_ = false;
};

}  // namespace mpienc::report
