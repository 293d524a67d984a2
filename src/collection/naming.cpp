#include "mpienc/collection/naming.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "mpienc/collection/distinct_paths.hpp"
#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace fs = std::filesystem;

namespace {

/// What an output is called after, in the order in which names are tried.
enum class After { stem, whole_name };

class Names {
 public:
  Names(std::span<const NamedSource> sources, const Target& target)
      : sources_(sources), target_(target), after_(sources.size(), After::stem) {
    for (const NamedSource& source : sources) {
      if (!stays_below(source.relative)) {
        throw Error(ExitStatus::internal, shown(source.relative) + " is no path below its root");
      }
    }
    for (std::size_t i = 0; i < sources.size(); ++i) {
      for (auto above = folder(i); folders_.insert(above.string()).second;) above = above.parent_path();
    }
  }

  std::vector<fs::path> result() {
    while (part_clashes()) {
    }
    return numbered();
  }

 private:
  [[nodiscard]] fs::path folder(std::size_t i) const {
    return target_.folder / sources_[i].relative.parent_path();
  }

  [[nodiscard]] NameParts parts(std::size_t i) const {
    const auto name = sources_[i].relative.filename();
    if (sources_[i].copied) return parts_of(name);
    return {after_[i] == After::stem ? parts_of(name).stem : name.string(), target_.extension};
  }

  [[nodiscard]] std::string path(std::size_t i) const {
    const auto [stem, extension] = parts(i);
    return (folder(i) / fitted_name(stem, extension)).string();
  }

  /// All that share a name change it at once: nobody's name depends on who comes first.
  bool part_clashes() {
    std::unordered_map<std::string, int> users;
    for (std::size_t i = 0; i < sources_.size(); ++i) ++users[path(i)];
    const auto clashes = [&](std::size_t i) { return users[path(i)] > 1 || folders_.contains(path(i)); };
    std::vector<std::size_t> renamed;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (!sources_[i].copied && after_[i] == After::stem && clashes(i)) renamed.push_back(i);
    }
    for (const auto i : renamed) after_[i] = After::whole_name;
    return !renamed.empty();
  }

  [[nodiscard]] std::vector<fs::path> numbered() const {
    DistinctPaths distinct;
    std::vector<std::size_t> order(sources_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      if (sources_[a].copied != sources_[b].copied) return sources_[a].copied;
      return sources_[a].relative.native() < sources_[b].relative.native();
    });
    for (const auto i : order) distinct.keep_for_folders(folder(i));
    std::vector<fs::path> paths(sources_.size());
    for (const auto i : order) {
      const auto [stem, extension] = parts(i);
      paths[i] = distinct.take_numbered(folder(i), stem, extension);
    }
    return paths;
  }

  std::span<const NamedSource> sources_;
  const Target& target_;
  std::vector<After> after_;
  std::unordered_set<std::string> folders_;
};

}  // namespace

std::vector<fs::path> output_paths(std::span<const NamedSource> sources, const Target& target) {
  return Names(sources, target).result();
}

}  // namespace mpienc::collection
