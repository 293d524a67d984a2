#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/shared_bytes.hpp"

namespace mpienc {

/// An output that a whole file is to be converted to.
struct FileOutput {
  std::string format, options;  ///< as convert::parse_format() takes them
  std::string path;             ///< below FileTask::root
};

/// A whole file as a unit of work, decoded once for all its outputs.
struct FileTask {
  std::int32_t index = 0;
  std::string path;  ///< of the input, absolute
  std::string root;  ///< the folder of all outputs, absolute
  /// The file itself, for a rank that does not see it: the outputs come back as bytes as well.
  bool carried = false;
  SharedBytes content;
  bool fma = true;  ///< encode::FlacSettings::fma
  std::vector<FileOutput> outputs;

  [[nodiscard]] Bytes serialise() const;
  /// Shares `content` with `owner`, which keeps the bytes. Throws Error(cluster) on what is too short.
  [[nodiscard]] static FileTask parse(ByteReader& reader, std::shared_ptr<const void> owner);
};

/// What became of one output.
struct FileOutcome {
  std::int32_t status = 0;  ///< ExitStatus; 0: it is there, or in `content`
  std::string reason;       ///< why not
  std::int64_t samples = 0, bytes = 0;
  double wall_seconds = 0;
  Bytes content;  ///< of a carried task
};

/// Outcomes in the order of the task's outputs.
struct FileResult {
  std::int32_t index = 0;
  std::vector<FileOutcome> outcomes;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static FileResult parse(std::span<const std::byte> bytes);
};

}  // namespace mpienc
