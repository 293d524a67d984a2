#include "mpienc/report/progress_display.hpp"

#include <algorithm>
#include <utility>

namespace mpienc::report {
namespace {

constexpr double terminal_interval = 0.25;
constexpr double log_interval = 10;
constexpr int log_columns = 100;
constexpr const char* wipe = "\r\x1b[K";

}  // namespace

ProgressDisplay::ProgressDisplay(std::ostream& out, ProgressStyle style, std::function<int()> columns)
    : out_(out), style_(style), columns_(std::move(columns)) {
  if (style_ == ProgressStyle::log) shown_at_ = 0;
}

ProgressDisplay::~ProgressDisplay() { clear(); }

void ProgressDisplay::update(const Snapshot& snapshot) {
  if (style_ == ProgressStyle::none) return;
  const double interval = style_ == ProgressStyle::terminal ? terminal_interval : log_interval;
  if (shown_at_ && snapshot.elapsed - *shown_at_ < interval) return;
  shown_at_ = snapshot.elapsed;
  draw(snapshot);
}

void ProgressDisplay::clear() {
  if (!drawn_) return;
  out_ << wipe << std::flush;
  drawn_ = false;
}

void ProgressDisplay::draw(const Snapshot& snapshot) {
  std::string text;
  if (style_ == ProgressStyle::terminal) {
    text = wipe + progress_line(snapshot, std::max(columns_() - 1, 0));
    drawn_ = true;
  } else {
    text = progress_line(snapshot, log_columns) + "\n";
  }
  out_ << text << std::flush;
}

}  // namespace mpienc::report
