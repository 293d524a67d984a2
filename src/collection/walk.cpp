#include "mpienc/collection/walk.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace fs = std::filesystem;

namespace {

using Identity = std::pair<dev_t, ino_t>;

Identity identity_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

/// Whether `path`, with its symlinks resolved, is `folder` or lies below it; `folder` is canonical.
bool leads_into(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const auto real = fs::canonical(path, error);
  return !error && std::ranges::mismatch(folder, real).in1 == folder.end();
}

class Walker {
 public:
  Walker(const fs::path& output, const fs::path& journals) {
    struct stat status {};
    std::error_code error;
    if (!journals.empty() && ::stat(journals.c_str(), &status) == 0) journals_ = identity_of(status);
    const auto real = fs::canonical(output, error);
    if (!output.empty() && !error && ::stat(real.c_str(), &status) == 0)
      output_ = {real, identity_of(status)};
  }

  /// Of the entries that follow, those in the output folder are no input; unless all lie there.
  void guard(const fs::path& base) { guarded_ = output_ && !leads_into(base, output_->first); }

  void entry(const fs::path& path, const fs::path& relative) {
    if (guarded_ && leads_into(path, output_->first)) return note(path, "in the output folder");
    visit(path, relative);
  }

  void sort_from(std::size_t first) {
    std::sort(found_.files.begin() + static_cast<std::ptrdiff_t>(first), found_.files.end(),
              [](const auto& a, const auto& b) { return a.relative.native() < b.relative.native(); });
  }
  [[nodiscard]] std::size_t size() const { return found_.files.size(); }

  [[nodiscard]] bool is_output(const struct stat& status) const {
    return output_ && identity_of(status) == output_->second;
  }

  Found take() { return std::move(found_); }

 private:
  void visit(const fs::path& path, const fs::path& relative) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return problem(path, std::strerror(errno));
    if (S_ISLNK(status.st_mode)) {
      if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return note(path, "a symlink that leads nowhere");
        return problem(path, std::strerror(errno));
      }
      if (guarded_ && leads_into(path, output_->first)) return note(path, "leads into the output folder");
    }
    if (S_ISDIR(status.st_mode)) return folder(path, relative, status);
    if (!S_ISREG(status.st_mode)) return note(path, "neither a file nor a folder");
    if (seen_.insert({relative.native(), identity_of(status)}).second) {
      found_.files.push_back({path, relative, static_cast<std::int64_t>(status.st_size), modified(status)});
    }
  }

  void folder(const fs::path& path, const fs::path& relative, const struct stat& status) {
    const auto identity = identity_of(status);
    if (guarded_ && is_output(status)) return note(path, "the output folder");
    if (journals_ == identity) return note(path, "journals of mpienc");
    if (std::ranges::find(ancestors_, identity) != ancestors_.end()) {
      return note(path, "leads back to a folder that it lies in");
    }
    ancestors_.push_back(identity);
    for (const auto& name : names_in(path)) visit(path / name, relative / name);
    ancestors_.pop_back();
  }

  /// Read to the end first, so that a deep tree does not hold many folders open.
  std::vector<fs::path> names_in(const fs::path& path) {
    std::vector<fs::path> names;
    std::error_code error;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
      names.push_back(entry->path().filename());
    }
    if (error) problem(path, error.message());
    std::ranges::sort(names, {}, [](const auto& name) { return std::string_view(name.native()); });
    return names;
  }

  void problem(const fs::path& path, std::string text) { found_.problems.push_back({path, std::move(text)}); }
  void note(const fs::path& path, std::string text) { found_.notes.push_back({path, std::move(text)}); }

  Found found_;
  std::optional<std::pair<fs::path, Identity>> output_;
  std::optional<Identity> journals_;
  bool guarded_ = false;
  std::vector<Identity> ancestors_;
  std::set<std::pair<std::string, Identity>> seen_;
};

void check_root(const fs::path& root, const Walker& walker) {
  struct stat status {};
  if (::stat(root.c_str(), &status) != 0) {
    throw Error(ExitStatus::input,
                shown(root) + ": " + std::strerror(errno) + "; check the path and its permissions");
  }
  if (!S_ISDIR(status.st_mode)) return;
  if (walker.is_output(status)) {
    throw Error(ExitStatus::usage, shown(root) + " is input and output at once; give another output folder");
  }
  std::error_code error;
  fs::directory_iterator readable(root, error);
  if (error) throw Error(ExitStatus::input, shown(root) + ": " + error.message() + "; check its permissions");
}

}  // namespace

Found walk(std::span<const fs::path> roots, const fs::path& output, const fs::path& journals) {
  Walker walker(output, journals);
  for (const fs::path& root : roots) {
    check_root(root, walker);
    const auto first = walker.size();
    walker.guard(root);
    walker.entry(root, fs::is_directory(root) ? fs::path() : root.filename());
    walker.sort_from(first);
  }
  return walker.take();
}

Found walk_list(std::span<const fs::path> names, const fs::path& base, const fs::path& output,
                const fs::path& journals) {
  Walker walker(output, journals);
  walker.guard(base);
  const auto from = (fs::absolute(base) / "").lexically_normal();
  std::vector<std::pair<std::string, fs::path>> entries;
  for (const fs::path& name : names) {
    auto normal = (from / name).lexically_normal();
    if (!normal.has_filename()) normal = normal.parent_path();
    const auto below = normal.lexically_relative(from);
    const auto relative = stays_below(below) ? below : below == "." ? fs::path() : normal.relative_path();
    entries.emplace_back(relative.native(), base / name);
  }
  std::ranges::stable_sort(entries, {}, &std::pair<std::string, fs::path>::first);
  for (const auto& [relative, path] : entries) walker.entry(path, relative);
  walker.sort_from(0);
  return walker.take();
}

}  // namespace mpienc::collection
