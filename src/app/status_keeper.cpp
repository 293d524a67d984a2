#include "mpienc/app/status_keeper.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "mpienc/app/status_file.hpp"
#include "mpienc/report/job_status_json.hpp"

namespace mpienc::app {

namespace {

constexpr auto interval = std::chrono::seconds(1);
constexpr auto longest_end = std::chrono::milliseconds(200);

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// False with errno set. No fsync: what a power failure takes is told anew within a second, or stale anyway.
/// Always a new file: whoever may write into the folder may have put another there, or a link to one.
bool write_file(const std::filesystem::path& file, const std::string& text) {
  ::unlink(file.c_str());
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0) return false;
  std::size_t done = 0;
  while (done < text.size()) {
    const auto written = ::write(fd, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    done += static_cast<std::size_t>(written);
  }
  const int code = errno;
  if (::close(fd) == 0 && done == text.size()) return true;
  if (done < text.size()) errno = code;
  return false;
}

}  // namespace

StatusKeeper::StatusKeeper(std::filesystem::path file, StopSignal& signal, Logger& logger)
    : file_(std::move(file)),
      half_(half_status(file_)),
      logger_(logger),
      last_act_(signal, [this] { remove(); }) {
  thread_ = std::thread([this] { keep(); });
}

StatusKeeper::~StatusKeeper() {
  end(false);
  thread_.join();
}

void StatusKeeper::tell(report::JobStatus status) {
  auto newest = std::make_shared<const report::JobStatus>(std::move(status));
  const std::lock_guard lock(mutex_);
  const bool first = !std::exchange(newest_, std::move(newest));
  if (first) condition_.notify_all();
}

void StatusKeeper::end(bool stay) {
  std::unique_lock lock(mutex_);
  if (!std::exchange(ended_, true)) stays_ = stay;
  condition_.notify_all();
  condition_.wait_for(lock, longest_end, [this] { return gone_; });
}

void StatusKeeper::keep() {
  std::unique_lock lock(mutex_);
  condition_.wait(lock, [this] { return ended_ || newest_; });
  while (!ended_) {
    const auto status = newest_;
    lock.unlock();
    write(*status);
    lock.lock();
    condition_.wait_for(lock, interval, [this] { return ended_; });
  }
  const bool stays = stays_;
  lock.unlock();
  if (!stays) remove();
  lock.lock();
  gone_ = true;
  condition_.notify_all();
}

/// False where another's file has the name.
bool StatusKeeper::claim() {
  const bool ours = may_be_status(file_);
  const std::lock_guard lock(naming_);
  foreign_ = !ours;
  return ours;
}

void StatusKeeper::write(const report::JobStatus& status) {
  if (!written_ && !claim()) return warn("another file has that name");
  auto now = status;
  now.updated = seconds_since_1970();
  const bool whole = write_file(half_, report::status_text(now));
  int code = errno;
  const std::lock_guard lock(naming_);
  if (name_is_taken_) {
    ::unlink(half_.c_str());
    return;
  }
  if (whole && std::rename(half_.c_str(), file_.c_str()) == 0) {
    written_ = true;
    return;
  }
  if (whole) code = errno;
  ::unlink(half_.c_str());
  // Of a full disk the output or the journal tells.
  if (code != ENOSPC && code != EDQUOT) warn(std::strerror(code));
}

/// Also on the signal's thread, amid a write.
void StatusKeeper::remove() {
  const std::lock_guard lock(naming_);
  name_is_taken_ = true;
  if (foreign_) return;
  ::unlink(half_.c_str());
  if (written_) ::unlink(file_.c_str());
}

void StatusKeeper::warn(const char* why) {
  if (std::exchange(warned_, true)) return;
  logger_.warn(
      "{} cannot be written: {}; the job goes on, but mpienc top does not see it (--no-status: not told)",
      file_.string(), why);
}

}  // namespace mpienc::app
