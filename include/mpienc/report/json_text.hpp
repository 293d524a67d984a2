#pragma once

#include <string>
#include <string_view>

namespace mpienc::report {

/// Any bytes as UTF-8, which JSON wants: a byte that is part of no well-formed character becomes U+EF00 plus
/// its value. So do the three bytes of such a stand-in, and no two texts become the same.
[[nodiscard]] std::string utf8_of(std::string_view bytes);
/// What utf8_of() was given.
[[nodiscard]] std::string bytes_of(std::string_view utf8);

}  // namespace mpienc::report
