#include "mpienc/app/batch_list.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "mpienc/collection/audio_names.hpp"
#include "mpienc/collection/file_list.hpp"
#include "mpienc/collection/layout.hpp"
#include "mpienc/collection/naming.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/input/pcm_source.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;
using collection::FoundFile;
using collection::Result;

collection::Found find(const std::vector<fs::path>& roots, const fs::path& output,
                       const BatchOptions& options, const fs::path& journals) {
  if (options.files_from.empty()) return collection::walk(roots, output, journals);
  return collection::walk_list(collection::read_list(options.files_from), fs::current_path(), output,
                               journals);
}

bool has_sound(const FoundFile& file) {
  if (collection::named_like_audio(file.path)) return true;
  try {
    static_cast<void>(input::open_pcm_source(file.path));
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::vector<Tag> tags_of(const FoundFile& file) {
  try {
    return input::open_pcm_source(file.path)->description().tags;
  } catch (const Error&) {
    return {};
  }
}

class Lister {
 public:
  Lister(collection::Found found, fs::path output, const BatchOptions& options)
      : output_(std::move(output)), options_(options) {
    list_.problems = std::move(found.problems);
    list_.notes = std::move(found.notes);
    for (auto& file : found.files) (has_sound(file) ? sources_ : others_).push_back(std::move(file));
    if (sources_.empty()) throw Error(ExitStatus::input, "no file with sound among the inputs");
    list_.files_on_input = std::ssize(sources_);
    if (!options.layout.empty() || !options.link.empty()) {
      for (const auto& file : sources_) tags_.push_back(tags_of(file));
      for (std::size_t i = 0; i < sources_.size(); ++i) songs_.push_back({tags_[i], sources_[i].relative});
    }
  }

  BatchList list() && {
    std::vector<std::vector<BatchOutput>> outputs(sources_.size());
    for (std::size_t target = 0; target < options_.targets.size(); ++target) {
      const auto paths = name(options_.targets[target]);
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (wanted(sources_[i], paths[i], options_.targets[target])) {
          outputs[i].push_back({static_cast<int>(target), paths[i]});
        }
      }
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (outputs[i].empty()) continue;
      list_.bytes += sources_[i].size;
      list_.files.push_back({std::move(sources_[i]), std::move(outputs[i])});
    }
    std::ranges::stable_sort(list_.files, std::ranges::greater(),
                             [](const BatchFile& file) { return file.source.size; });
    return std::move(list_);
  }

 private:
  /// The path of each source's output; plans copies and links as well.
  std::vector<fs::path> name(const collection::Target& target) {
    std::vector<fs::path> paths;
    if (options_.layout.empty()) {
      paths = name_by_tree(target);
    } else {
      paths = collection::laid_out(collection::Layout(options_.layout), songs_, target.extension);
      for (auto& path : paths) path = target.folder / path;
    }
    if (!options_.link.empty()) {
      const auto links = collection::laid_out(collection::Layout(options_.link), songs_, target.extension);
      for (std::size_t i = 0; i < links.size(); ++i)
        list_.links.push_back({target.folder / links[i], paths[i]});
    }
    return paths;
  }

  std::vector<fs::path> name_by_tree(const collection::Target& target) {
    std::vector<collection::NamedSource> named;
    for (const auto& source : sources_) named.push_back({source.relative, false});
    const bool copies = options_.copy_others && target.codec != "test";
    if (copies) {
      for (const auto& other : others_) named.push_back({other.relative, true});
    }
    auto paths = collection::output_paths(named, target);
    if (copies) {
      for (std::size_t i = 0; i < others_.size(); ++i) copy(others_[i], paths[sources_.size() + i]);
    }
    paths.resize(sources_.size());
    return paths;
  }

  void copy(const FoundFile& other, const fs::path& path) {
    if (wanted(other, path, {"copy", {}, {}})) list_.copies.push_back({other, path});
  }

  /// Whether the output is to be made; else its result is settled.
  bool wanted(const FoundFile& source, const fs::path& path, const collection::Target& target) {
    const auto full = output_ / path;
    Result result;
    result.infile = source.path;
    result.outfile = full;
    result.format = target.codec;
    try {
      const auto decision = collection::decide(options_.existing, source.modified,
                                               collection::output_status(full, source.path));
      if (decision.action == collection::Action::make || decision.action == collection::Action::replace)
        return true;
      const bool refused = decision.action == collection::Action::refuse;
      result.status = refused ? collection::Status::failed : collection::Status::skipped;
      result.return_code = refused ? static_cast<int>(ExitStatus::output) : 0;
      result.reason = decision.reason;
    } catch (const Error& error) {
      result.status = collection::Status::failed;
      result.return_code = static_cast<int>(error.status());
      result.reason = error.what();
    }
    list_.settled.push_back(std::move(result));
    return false;
  }

  fs::path output_;
  const BatchOptions& options_;
  std::vector<FoundFile> sources_, others_;
  std::vector<std::vector<Tag>> tags_;
  std::vector<collection::Song> songs_;
  BatchList list_;
};

}  // namespace

BatchList list_batch(const std::vector<fs::path>& roots, const fs::path& output, const BatchOptions& options,
                     const fs::path& journals) {
  return Lister(find(roots, output, options, journals), output, options).list();
}

std::vector<fs::path> paths_to_make(const BatchList& list, const fs::path& output) {
  std::vector<fs::path> paths;
  for (const auto& file : list.files) {
    for (const auto& made : file.outputs) paths.push_back(output / made.path);
  }
  for (const auto& copied : list.copies) paths.push_back(output / copied.path);
  return paths;
}

std::vector<fs::path> outputs_that_exist(const BatchList& list, const fs::path& output) {
  std::vector<fs::path> paths;
  for (const auto& row : list.settled) {
    if (row.status == collection::Status::skipped) paths.push_back(row.outfile.lexically_relative(output));
  }
  return paths;
}

}  // namespace mpienc::app
