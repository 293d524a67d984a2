#pragma once

#include "mpienc/core/bytes.hpp"

namespace mpienc::output {

/// The access unit with the parameter sets in front, behind an access unit delimiter where it begins with one
/// (H.264 7.4.1.2.3). All with start codes; sets without are left out.
[[nodiscard]] Bytes with_parameter_sets(const Bytes& sets, Bytes access_unit);

}  // namespace mpienc::output
