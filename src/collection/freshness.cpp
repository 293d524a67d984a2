#include "mpienc/collection/freshness.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

Decision decide(Existing existing, FileTime source, const std::optional<OutputStatus>& output) {
  if (!output) return {Action::make, ""};
  if (output->is_source) return {Action::refuse, "would replace its own source"};
  if (!output->regular) return {Action::refuse, "something that is no file has this name"};
  const bool older = output->modified < source;
  switch (existing) {
    case Existing::overwrite: return {Action::replace, ""};
    case Existing::update:
      return older ? Decision{Action::replace, ""} : Decision{Action::skip, "up to date"};
    case Existing::keep: break;
  }
  return {Action::skip, older ? "older than its source; --update makes it anew" : "up to date"};
}

std::optional<OutputStatus> output_status(const std::filesystem::path& output,
                                          const std::filesystem::path& source) {
  struct stat there {};
  if (::lstat(output.c_str(), &there) != 0) {
    if (errno == ENOENT) return std::nullopt;
    throw Error(ExitStatus::output, shown(output) + ": " + std::strerror(errno));
  }
  struct stat from {};
  const bool is_source =
      ::stat(source.c_str(), &from) == 0 && from.st_dev == there.st_dev && from.st_ino == there.st_ino;
  return OutputStatus{S_ISREG(there.st_mode) != 0, is_source, modified(there)};
}

}  // namespace mpienc::collection
