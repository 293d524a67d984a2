#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "mpienc/collection/result.hpp"

namespace mpienc::collection {

inline constexpr std::string_view result_log_name = "conversion_results.log";

/// One row of the log, as RFC 4180 has it (CRLF, fields with commas, quotes or line ends in quotes): infile,
/// outfile, format, status and reason ("failed: no such file"), return code, and seconds, -1 where nothing
/// ran. Paths are bytes.
[[nodiscard]] std::string log_row(const Result& result);

/// The log of one job. Opening it puts a new one with a header in the place of the former job's, by rename;
/// then each row is one write(2), so that a job that is killed leaves complete rows of all its results.
class ResultLog {
 public:
  /// folder/conversion_results.log. Throws Error(output).
  explicit ResultLog(const std::filesystem::path& folder);
  ~ResultLog();
  ResultLog(const ResultLog&) = delete;
  ResultLog& operator=(const ResultLog&) = delete;

  /// Throws Error(output) and leaves no part of the row, as when the disk is full.
  void add(const Result& result);

 private:
  void append(std::string_view text);

  std::filesystem::path path_;
  int fd_ = -1;
  std::int64_t size_ = 0;
};

}  // namespace mpienc::collection
