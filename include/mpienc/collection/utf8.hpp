#pragma once

#include <cstddef>
#include <string_view>

namespace mpienc::collection {

/// Bytes of the well-formed UTF-8 character (Unicode, table 3-7) that `text` begins with; 0 where it begins
/// with none.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// The longest start of `text` that has at most `most` bytes and cuts no well-formed character.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t most);

}  // namespace mpienc::collection
