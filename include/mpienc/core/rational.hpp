#pragma once

#include <cstdint>
#include <optional>

namespace mpienc {

/// num / den with den > 0; as a time base: the seconds that one tick lasts.
struct Rational {
  int num = 0;
  int den = 1;

  friend bool operator==(const Rational&, const Rational&) = default;
};

[[nodiscard]] constexpr double to_double(Rational r) { return static_cast<double>(r.num) / r.den; }

/// value ticks of `from` in ticks of `to`, rounded to nearest, halves away from zero (as av_rescale_q).
[[nodiscard]] constexpr std::int64_t rescale(std::int64_t value, Rational from, Rational to) {
  __extension__ using Wide = __int128;
  const Wide scaled = static_cast<Wide>(value) * from.num * to.den;
  const Wide divisor = static_cast<Wide>(from.den) * to.num;
  const Wide half = divisor / 2;
  return static_cast<std::int64_t>(scaled >= 0 ? (scaled + half) / divisor : -((-scaled + half) / divisor));
}

using Ticks = std::int64_t;
using MaybeTicks = std::optional<Ticks>;

}  // namespace mpienc
