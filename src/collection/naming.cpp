#include "mpienc/collection/naming.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "mpienc/collection/distinct_paths.hpp"
#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace fs = std::filesystem;

namespace {

/// What an output is called after, in the order in which names are tried.
enum class After { stem, whole_name };

struct Name {
  fs::path folder;
  std::string stem, extension;
  After after = After::stem;

  [[nodiscard]] std::string path() const { return (folder / fitted_name(stem, extension)).string(); }
};

class Names {
 public:
  Names(std::span<const NamedSource> sources, const Target& target) : sources_(sources) {
    for (const auto& [relative, copied] : sources) {
      if (!stays_below(relative)) {
        throw Error(ExitStatus::internal, shown(relative) + " is no path below its root");
      }
      auto [stem, extension] = parts_of(relative.filename());
      Name& name = names_.emplace_back();
      name.folder = target.folder / relative.parent_path();
      name.stem = std::move(stem);
      name.extension = copied ? std::move(extension) : target.extension;
      paths_.push_back(name.path());
      for (auto above = name.folder; folders_.insert(above.native()).second;) above = above.parent_path();
    }
  }

  std::vector<fs::path> result() {
    while (part_clashes()) {
    }
    return numbered();
  }

 private:
  /// All that share a name change it at once: nobody's name depends on who comes first.
  bool part_clashes() {
    std::unordered_map<std::string_view, int> users;
    for (const auto& path : paths_) ++users[path];
    std::vector<std::size_t> renamed;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      const bool fixed = sources_[i].copied || names_[i].after == After::whole_name;
      if (!fixed && (users[paths_[i]] > 1 || folders_.contains(paths_[i]))) renamed.push_back(i);
    }
    for (const auto i : renamed) {
      names_[i].after = After::whole_name;
      names_[i].stem = sources_[i].relative.filename().string();
      paths_[i] = names_[i].path();
    }
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
    for (const auto& folder : folders_) distinct.keep_for_folders(folder);
    std::vector<fs::path> paths(sources_.size());
    for (const auto i : order) {
      paths[i] = distinct.take_numbered(names_[i].folder, names_[i].stem, names_[i].extension);
    }
    return paths;
  }

  std::span<const NamedSource> sources_;
  std::vector<Name> names_;
  std::vector<std::string> paths_;
  std::unordered_set<std::string> folders_;
};

}  // namespace

std::vector<fs::path> output_paths(std::span<const NamedSource> sources, const Target& target) {
  return Names(sources, target).result();
}

}  // namespace mpienc::collection
