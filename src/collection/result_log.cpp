#include "mpienc/collection/result_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace {

std::string field_of(std::string_view value) {
  const bool plain = value.find_first_of(",\"\r\n") == std::string_view::npos && !value.starts_with(' ') &&
                     !value.ends_with(' ');
  if (plain) return std::string(value);
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + "\"";
}

[[noreturn]] void fail(const std::filesystem::path& path, const char* what, int code) {
  throw Error(ExitStatus::output, fmt::format("{}: {}: {}", shown(path), what, std::strerror(code)));
}

}  // namespace

std::string log_row(const Result& r) {
  const std::string status =
      r.reason.empty() ? std::string(name_of(r.status)) : fmt::format("{}: {}", name_of(r.status), r.reason);
  const std::string seconds = r.execution_time ? fmt::format("{:.6f}", *r.execution_time) : "-1";
  return fmt::format("{},{},{},{},{},{}\r\n", field_of(r.infile.native()), field_of(r.outfile.native()),
                     field_of(r.format), field_of(status), r.return_code, seconds);
}

ResultLog::ResultLog(const std::filesystem::path& folder) : path_(folder / result_log_name) {
  const auto temporary = folder / fmt::format(".{}.mpienc-{}.tmp", result_log_name, ::getpid());
  ::unlink(temporary.c_str());
  fd_ = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (fd_ < 0) fail(temporary, "cannot create", errno);
  try {
    append("infile,outfile,format,conversion_status,return_code,execution_time\r\n");
    if (::rename(temporary.c_str(), path_.c_str()) != 0) fail(path_, "cannot replace", errno);
  } catch (...) {
    ::close(fd_);
    ::unlink(temporary.c_str());
    throw;
  }
}

ResultLog::~ResultLog() { ::close(fd_); }

void ResultLog::add(const Result& result) { append(log_row(result)); }

void ResultLog::append(std::string_view text) {
  ssize_t written = 0;
  do {
    written = ::write(fd_, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(text.size())) {
    size_ += written;
    return;
  }
  const int code = written < 0 ? errno : ENOSPC;
  if (written > 0 && ::ftruncate(fd_, size_) != 0) fail(path_, "has a row that is cut off", errno);
  fail(path_, "cannot write", code);
}

}  // namespace mpienc::collection
