#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mpienc::collection {

enum class Status { converted, copied, skipped, failed };

[[nodiscard]] std::string_view name_of(Status status);

/// What became of one file for one codec.
struct Result {
  std::filesystem::path infile, outfile;
  std::string format;  ///< Target::codec
  Status status = Status::converted;
  int return_code = 0;                   ///< as the exit status of a job of this file alone
  std::optional<double> execution_time;  ///< s of wall time; none where nothing ran
  std::string reason;                    ///< why skipped or failed
  std::int64_t samples = 0;              ///< per channel
  std::int64_t bytes = 0;                ///< of the output
};

}  // namespace mpienc::collection
