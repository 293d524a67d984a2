#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mpienc/app/batch_options.hpp"
#include "mpienc/collection/freshness.hpp"
#include "mpienc/collection/result.hpp"
#include "mpienc/collection/walk.hpp"

namespace mpienc::app {

/// An output that is to be made; paths are relative to the output folder.
struct BatchOutput {
  int target = 0;  ///< in BatchOptions::targets
  std::filesystem::path path;
};

/// A file that is to be converted to some of the formats.
struct BatchFile {
  collection::FoundFile source;
  std::vector<BatchOutput> outputs;
};

struct BatchCopy {
  collection::FoundFile source;
  std::filesystem::path path;  ///< relative to the output folder
};

struct BatchLink {
  std::filesystem::path link, target;  ///< relative to the output folder
};

/// All that a batch has to do, as a function of the trees and the options.
struct BatchList {
  std::vector<BatchFile> files;  ///< the largest first
  std::vector<BatchCopy> copies;
  std::vector<BatchLink> links;                     ///< to all outputs, those that exist already as well
  std::vector<collection::Result> settled;          ///< nothing is to be done for them: skipped or failed
  std::vector<collection::Remark> problems, notes;  ///< of the walk
  std::int64_t files_on_input = 0;
  std::int64_t bytes = 0;  ///< of all `files`
};

/// Walks and looks into files whose names do not tell whether they have sound; with templates it reads the
/// tags of all. The folder `journals` is left out, as `output` is. Error(input) where there is nothing to
/// convert.
[[nodiscard]] BatchList list_batch(const std::vector<std::filesystem::path>& roots,
                                   const std::filesystem::path& output, const BatchOptions& options,
                                   const std::filesystem::path& journals = {});

/// Of all outputs and copies, below `output`.
[[nodiscard]] std::vector<std::filesystem::path> paths_to_make(const BatchList& list,
                                                               const std::filesystem::path& output);

/// Of what is not made as it is there, relative to `output`.
[[nodiscard]] std::vector<std::filesystem::path> outputs_that_exist(const BatchList& list,
                                                                    const std::filesystem::path& output);

}  // namespace mpienc::app
