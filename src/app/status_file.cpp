#include "mpienc/app/status_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"
#include "mpienc/report/job_status_json.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* name_in_folder = "mpienc.status";
constexpr off_t most_bytes = off_t{16} << 20;

class Descriptor {
 public:
  explicit Descriptor(const fs::path& file)
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void refuse(const std::string& why) { throw Error(ExitStatus::input, why); }

}  // namespace

fs::path status_file(const Options& options) {
  if (!options.status || options.output.empty()) return {};
  if (options.batch) return options.output / name_in_folder;
  auto file = options.output;
  return file += status_extension;
}

fs::path output_of_status(const fs::path& file) {
  if (file.filename() == name_in_folder) return file.has_parent_path() ? file.parent_path() : fs::path(".");
  auto output = file;
  return output.replace_extension();
}

fs::path half_status(const fs::path& file) {
  return file.parent_path() / ("." + file.filename().string().substr(0, 200) + ".tmp");
}

std::optional<std::string> read_status_text(const fs::path& file) {
  const Descriptor descriptor(file);
  struct stat status {};
  if (descriptor.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    refuse(std::strerror(errno));
  }
  if (::fstat(descriptor.get(), &status) < 0) refuse(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) refuse("it is no regular file");
  if (status.st_size > most_bytes) refuse("it is too large");
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t taken = 0;
  while (taken < text.size()) {
    const auto got = ::read(descriptor.get(), text.data() + taken, text.size() - taken);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse(std::strerror(errno));
    if (got == 0) break;
    taken += static_cast<std::size_t>(got);
  }
  text.resize(taken);
  return text;
}

bool may_be_status(const fs::path& file) noexcept try {
  const auto text = read_status_text(file);
  return !text || report::is_status_text(*text);
} catch (const std::exception&) {
  return false;
}

std::string status_writer(const fs::path& file) noexcept try {
  const auto text = file.empty() ? std::nullopt : read_status_text(file);
  if (!text) return {};
  const auto status = report::parse_status(*text);
  return fmt::format("{} on {} since {}", status.pid, status.host, status.started);
} catch (const std::exception&) {
  return {};
}

void remove_status(const fs::path& file) noexcept {
  if (file.empty() || !may_be_status(file)) return;
  ::unlink(half_status(file).c_str());
  ::unlink(file.c_str());
}

}  // namespace mpienc::app
