#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mpienc::view {

struct Column {
  std::string title;
  bool right = false;     ///< numbers
  int importance = 0;     ///< where there is no room the least important goes first
  std::size_t least = 0;  ///< columns of the terminal, so that a table does not jump as its figures change
  bool elastic = false;   ///< gives way down to `least` before any other goes
};

struct Table {
  std::string head;
  std::vector<std::string> rows;
};

/// Texts of one width, at most `width` columns of the terminal. `cells`: by row, as many as `columns`;
/// printable.
[[nodiscard]] Table make_table(const std::vector<Column>& columns,
                               const std::vector<std::vector<std::string>>& cells, std::size_t width);

}  // namespace mpienc::view
