#pragma once

#include <hdf5.h>

#include <filesystem>
#include <string>

#include "mpienc/core/error.hpp"

namespace mpienc::store::h5 {

/// Whose failures are told, and as what: output where it is written, input where it is read.
struct Place {
  std::filesystem::path path;
  ExitStatus status = ExitStatus::input;
};

/// While it lives HDF5 prints nothing of its own from this thread.
class Quiet {
 public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

/// The innermost words of HDF5's last failure in this thread, on one line.
[[nodiscard]] std::string last_reason();
[[nodiscard]] bool last_was_no_hdf5();
[[nodiscard]] bool last_was_truncated();

/// Throws "path: cannot <doing>: <reason>" with the place's status.
[[noreturn]] void fail(const Place& place, const std::string& doing);

/// The result of an HDF5 call, or fail() where it is negative.
template <class Result>
Result check(Result result, const Place& place, const std::string& doing) {
  if (result < 0) fail(place, doing);
  return result;
}

}  // namespace mpienc::store::h5
