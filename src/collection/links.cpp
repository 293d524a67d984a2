#include "mpienc/collection/links.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/folder_below.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw Error(ExitStatus::output, shown(path) + ": " + what);
}

/// Where a symlink leads; nothing where the name is not a symlink's.
std::optional<fs::path> text_of(int folder, const std::string& name) {
  std::array<char, PATH_MAX> text{};
  const auto size = ::readlinkat(folder, name.c_str(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  return fs::path(std::string(text.data(), static_cast<std::size_t>(size)));
}

bool may_be_ours(const fs::path& text, const fs::path& link) {
  return text.is_relative() && stays_below((link.parent_path() / text).lexically_normal());
}

void replace(int folder, const std::string& name, const fs::path& text, const fs::path& shown_as) {
  const auto temporary = fmt::format(".mpienc-link-{}.tmp", ::getpid());
  ::unlinkat(folder, temporary.c_str(), 0);
  if (::symlinkat(text.c_str(), folder, temporary.c_str()) != 0) fail(shown_as, std::strerror(errno));
  if (::renameat(folder, temporary.c_str(), folder, name.c_str()) == 0) return;
  const int code = errno;
  ::unlinkat(folder, temporary.c_str(), 0);
  fail(shown_as, std::strerror(code));
}

}  // namespace

LinkOutcome make_link(const fs::path& root, const fs::path& link, const fs::path& target, bool overwrite) {
  if (!stays_below(link) || !stays_below(target)) fail(link, "leads out of the output folder");
  const FolderBelow folder(root, link.parent_path());
  const auto name = link.filename().string();
  const auto text = target.lexically_relative(link.parent_path());
  if (::symlinkat(text.c_str(), folder.descriptor(), name.c_str()) == 0) return LinkOutcome::made;
  if (errno != EEXIST) fail(root / link, std::strerror(errno));
  const auto there = text_of(folder.descriptor(), name);
  if (!there) fail(root / link, "exists and is no symlink; move it away");
  if (*there == text) return LinkOutcome::kept;
  if (!may_be_ours(*there, link)) fail(root / link, "is a symlink to " + shown(*there) + "; move it away");
  if (!overwrite) fail(root / link, "is a symlink to " + shown(*there) + "; move it away or use --overwrite");
  replace(folder.descriptor(), name, text, root / link);
  return LinkOutcome::replaced;
}

}  // namespace mpienc::collection
