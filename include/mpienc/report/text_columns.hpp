#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mpienc::report {

struct Character {
  std::size_t bytes = 0;
  std::optional<char32_t>
      code;  ///< nothing: a byte that no well-formed character (Unicode, table 3-7) begins with
};

/// Of a text that is not empty.
[[nodiscard]] Character first_character(std::string_view text);

/// For a terminal: what is not UTF-8, controls anything or shows nothing is a question mark.
[[nodiscard]] std::string printable(std::string_view text);
/// Columns that a printable() text takes; wide characters take two, combining ones none.
[[nodiscard]] std::size_t columns_of(std::string_view text);
/// A printable() text in at most `columns`; one that is cut ends with ~.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);
/// In exactly `columns`, filled up with blanks behind it or, `right`, before it.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns, bool right = false);

}  // namespace mpienc::report
