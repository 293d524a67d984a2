#pragma once

#include <cstdint>
#include <span>

#include "mpienc/core/bytes.hpp"

namespace mpienc::app {

/// The payload of `started`: which lane, and how long the chunk waited for it. parse() throws
/// Error(cluster) on what is too short.
struct StartedReport {
  std::int32_t lane = 0;
  double queued_seconds = 0;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static StartedReport parse(std::span<const std::byte> bytes);
};

/// The payload of `steal`: the rank that the chunk is to be passed to. parse() as above.
struct StealOrder {
  std::int32_t thief = 0;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static StealOrder parse(std::span<const std::byte> bytes);
};

}  // namespace mpienc::app
