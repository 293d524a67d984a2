#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mpienc::app {

/// Asks the running job that makes `output` to drain a rank (its number) or a host (its name): a file of one
/// line beside the output, OUTPUT.drain.XXXXXX, complete at once under its name. Throws Error(output) where
/// it cannot be written.
void request_drain(const std::filesystem::path& output, std::string_view who);

/// The file that request_drain() has made; it is gone once the job has taken it.
[[nodiscard]] std::filesystem::path make_drain_request(const std::filesystem::path& output,
                                                       std::string_view who);

/// Where rank 0 takes the requests. It looks in a thread of its own, as a file system may take its time.
class DrainInbox {
 public:
  /// Drops what is left from an earlier job. Does nothing without a name.
  explicit DrainInbox(const std::filesystem::path& output);
  ~DrainInbox();
  DrainInbox(const DrainInbox&) = delete;
  DrainInbox& operator=(const DrainInbox&) = delete;

  /// The requests of the last second or so, whose files are gone; each once.
  [[nodiscard]] std::vector<std::string> take();

 private:
  void watch(const std::stop_token& stop);
  [[nodiscard]] bool changed();
  [[nodiscard]] std::vector<std::string> take_all() const;

  std::filesystem::path folder_;
  std::string beginning_;
  std::filesystem::file_time_type seen_;
  int looks_ = 0;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

}  // namespace mpienc::app
