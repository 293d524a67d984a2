#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mpienc::app {

/// Asks the running job that makes `output` to drain a rank (its number) or a host (its name): a file of one line beside
/// the output, OUTPUT.drain.XXXXXX, complete at once under its name. Throws Error(output) where it cannot be written.
void request_drain(const std::filesystem::path& output, std::string_view who);

/// The file that request_drain() has made; it is gone once the job has taken it.
[[nodiscard]] std::filesystem::path make_drain_request(const std::filesystem::path& output, std::string_view who);

/// Where rank 0 takes the requests.
class DrainInbox {
 public:
  /// Drops what is left from an earlier job. Does nothing without a name.
  explicit DrainInbox(const std::filesystem::path& output);

  /// At most once a second it looks whether the folder has changed. The requests in it, which it removes.
  [[nodiscard]] std::vector<std::string> take(double now);

 private:
  [[nodiscard]] std::vector<std::string> take_all() const;

  std::filesystem::path folder_;
  std::string beginning_;
  std::filesystem::file_time_type seen_;
  double next_ = 0;
  int looks_ = 0;
};

}  // namespace mpienc::app
