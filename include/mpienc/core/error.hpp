#pragma once

#include <stdexcept>
#include <string>

namespace mpienc {

/// Exit statuses of the program; the table in docs/exit-status.md is the users' copy.
enum class ExitStatus : int {
  success = 0,
  internal = 1,
  usage = 2,
  input = 3,
  output = 4,
  codec = 5,
  cluster = 6,
  interrupted = 130,
};

/// The one exception type: a status and one line that says what, where and what to do.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& line) : std::runtime_error(line), status_(status) {}
  [[nodiscard]] ExitStatus status() const noexcept { return status_; }

 private:
  ExitStatus status_;
};

}  // namespace mpienc
