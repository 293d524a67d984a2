#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>

#include "mpienc/app/batch_list.hpp"
#include "mpienc/app/open_files.hpp"
#include "mpienc/collection/result.hpp"
#include "mpienc/output/temporary_file.hpp"

namespace mpienc::app {

inline constexpr const char* copied_format = "copy";

/// `relative` below `root`, under its name only when complete and as long as `open` is not discarded; returns
/// its bytes. Error(output), and what `write` throws.
std::int64_t make_file(OpenFiles& open, const std::filesystem::path& root,
                       const std::filesystem::path& relative,
                       const std::function<void(output::TemporaryFile&)>& write);

/// Throws Error(output) where the disk takes not all of it.
void write_all(output::TemporaryFile& file, std::span<const std::byte> bytes,
               const std::filesystem::path& name);

/// A batch's copies of what has no sound, one at a time. One thread.
class BatchCopier {
 public:
  /// `copies` and `open` outlive it. `root`: of the outputs.
  BatchCopier(const std::vector<BatchCopy>& copies, OpenFiles& open, std::filesystem::path root)
      : copies_(copies), open_(open), root_(std::move(root)) {}

  [[nodiscard]] bool done() const { return next_ == copies_.size(); }
  /// What became of the next one; nothing where it was discarded amid it.
  [[nodiscard]] std::optional<collection::Result> copy_next();

 private:
  const std::vector<BatchCopy>& copies_;
  OpenFiles& open_;
  std::filesystem::path root_;
  std::size_t next_ = 0;
};

}  // namespace mpienc::app
