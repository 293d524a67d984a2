#pragma once

#include <string>
#include <vector>

#include "mpienc/view/top_state.hpp"

namespace mpienc::view {

enum class Style { plain, title, head, chosen, warning, faint };

struct Line {
  std::string text;  ///< printable
  Style style = Style::plain;

  friend bool operator==(const Line&, const Line&) = default;
};

/// The whole screen: exactly `rows` lines, none wider than `columns`. `jobs` in any order.
[[nodiscard]] std::vector<Line> lay_out(const std::vector<WatchedJob>& jobs, const TopState& state, int rows,
                                        int columns);

}  // namespace mpienc::view
