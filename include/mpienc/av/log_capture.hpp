#pragma once

#include <string>

namespace mpienc::av {

/// Keeps FFmpeg's own messages off the terminal unless `verbose`; once per process, at start.
void route_messages(bool verbose);

/// While alive, remembers the last error or warning that FFmpeg spoke on this thread.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;
  [[nodiscard]] const std::string& last() const { return last_; }
  void keep(std::string text) { last_ = std::move(text); }

 private:
  std::string last_;
};

}  // namespace mpienc::av
