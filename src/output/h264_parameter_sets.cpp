#include "mpienc/output/h264_parameter_sets.hpp"

namespace mpienc::output {

namespace {

constexpr int delimiter_unit = 9;

/// Bytes of the start code that the data begins with, or 0.
std::size_t start_code(const Bytes& data) {
  std::size_t zeros = 0;
  while (zeros < data.size() && zeros < 3 && data[zeros] == std::byte{0}) ++zeros;
  const bool code = zeros >= 2 && zeros < data.size() && data[zeros] == std::byte{1};
  return code ? zeros + 1 : 0;
}

std::size_t end_of_delimiter(const Bytes& data) {
  const auto code = start_code(data);
  if (code == 0 || code + 2 > data.size()) return 0;
  return std::to_integer<int>(data[code] & std::byte{0x1f}) == delimiter_unit ? code + 2 : 0;
}

}  // namespace

Bytes with_parameter_sets(const Bytes& sets, Bytes access_unit) {
  if (start_code(sets) == 0) return access_unit;
  const auto place = access_unit.begin() + static_cast<std::ptrdiff_t>(end_of_delimiter(access_unit));
  access_unit.insert(place, sets.begin(), sets.end());
  return access_unit;
}

}  // namespace mpienc::output
