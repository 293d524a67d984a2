#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mpienc/collection/result.hpp"

namespace mpienc::collection {

struct CodecTally {
  std::string format;
  std::int64_t issued = 0, converted = 0, copied = 0, skipped = 0, failed = 0;
  std::int64_t samples = 0, bytes = 0;  ///< of converted ones
  std::vector<double> seconds;          ///< of results that have an execution time

  [[nodiscard]] std::int64_t results() const { return converted + copied + skipped + failed; }
  [[nodiscard]] std::int64_t processed() const { return converted + copied + failed; }
};

[[nodiscard]] double total(const std::vector<double>& values);
/// 0 where there is none; of an even number of values the mean of the middle two.
[[nodiscard]] double median(std::vector<double> values);

/// Counts what was asked for and what came back while a job runs.
class Tally {
 public:
  /// `outfile` is what a result is known by.
  void issue(const std::filesystem::path& outfile, std::string_view format);
  /// A result that nobody asked for, or a second one, is counted as unexpected and not otherwise.
  void take(const Result& result);

  [[nodiscard]] const std::vector<CodecTally>& codecs() const {
    return codecs_;
  }  ///< in order of first issue
  [[nodiscard]] const std::vector<Result>& failures() const { return failures_; }
  /// Of all codecs, without their names and seconds; cheap enough for every line of progress.
  [[nodiscard]] CodecTally sum() const;
  [[nodiscard]] std::int64_t unexpected() const { return unexpected_; }
  /// Outputs that were issued and have no result, in bytewise order; at the end of a job there must be none.
  [[nodiscard]] std::vector<std::filesystem::path> unanswered() const;

 private:
  [[nodiscard]] CodecTally& codec(std::string_view format);

  std::vector<CodecTally> codecs_;
  std::vector<Result> failures_;
  std::unordered_map<std::string, bool> answered_;
  std::int64_t unexpected_ = 0;
};

/// One line while a job runs: "120 of 456: 90 converted, 28 skipped, 2 failed, 3.07 per second". Skipped ones
/// are not in the rate.
[[nodiscard]] std::string progress_text(const Tally& tally, double wall_seconds);

/// The final report: totals, a table with a row per codec, failures by name (at most 20) and what has no
/// result.
[[nodiscard]] std::string report_text(const Tally& tally, std::int64_t files_on_input, double wall_seconds);

}  // namespace mpienc::collection
