#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mpienc/report/job_status.hpp"

namespace mpienc::report {

/// Of the document; one that it does not know is refused by parse_status().
inline constexpr int status_version = 1;

/// The document of docs/status.md, one line with a line feed behind it.
[[nodiscard]] std::string status_text(const JobStatus& status);
/// Inverse of status_text(); unknown names are passed over. Error(input) with the reason, without a file's
/// name.
[[nodiscard]] JobStatus parse_status(std::string_view text);
/// The documents in one array, `stale_seconds` added to each; both of one length.
[[nodiscard]] std::string status_array(const std::vector<JobStatus>& jobs,
                                       const std::vector<double>& stale_seconds);
/// Whether the text is a status document of any version, or of a file that lost its bytes in a power failure:
/// empty.
[[nodiscard]] bool is_status_text(std::string_view text);

}  // namespace mpienc::report
