#pragma once

#include <cstdint>
#include <string>

namespace mpienc::report {

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::int64_t number);
/// Decimal units: "950 bytes", "12.3 kB", "4.56 MB", "7.82 GB".
[[nodiscard]] std::string size_text(std::int64_t bytes);
/// Seconds as "h:mm:ss", rounded to the nearest second; "-" where there is no such time.
[[nodiscard]] std::string duration_text(double seconds);
/// "1 frame", "2,000 frames".
[[nodiscard]] std::string counted(std::int64_t number, const char* noun);

}  // namespace mpienc::report
