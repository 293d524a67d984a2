#pragma once

#include "mpienc/core/bytes.hpp"

namespace mpienc::output {

/// Annex B without the SEI messages in which x264 describes itself (user_data_unregistered with x264's
/// UUID); everything else unchanged. An SEI unit that holds other messages too is left as it is.
[[nodiscard]] Bytes without_information_sei(Bytes access_unit);

}  // namespace mpienc::output
