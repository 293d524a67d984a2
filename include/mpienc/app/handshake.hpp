#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mpienc/app/options.hpp"
#include "mpienc/app/processors.hpp"
#include "mpienc/core/bytes.hpp"
#include "mpienc/encode/settings.hpp"
#include "mpienc/net/transport.hpp"

namespace mpienc::app {

/// What a rank says of itself first.
struct Hello {
  std::string host;
  std::string versions;
  bool has_instruction_set = true;
  bool has_fma = true;  ///< fused multiply-add, which libFLAC's predictors depend on
  Processors processors;
  std::optional<int> lanes;  ///< that a rank wants which joins; else rank 0 counts them out
  int local_ranks = 1;       ///< of those started together with one that joins, how many are on its host

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static Hello parse(std::span<const std::byte> bytes);
};

/// Of this process.
[[nodiscard]] Hello introduce(bool has_instruction_set);

/// A rank that has heard rank 0's first heartbeat leaves once rank 0 has been silent for so long.
inline constexpr std::chrono::milliseconds kCoordinatorLease = std::chrono::seconds(20);

/// Rank 0's answer: what every chunk is encoded with, how many lanes to open, how long to live without it.
struct Setup {
  int lanes = 1;
  encode::Settings settings;
  std::chrono::milliseconds lease = kCoordinatorLease;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static Setup parse(std::span<const std::byte> bytes);
};

/// A failed chunk or job as it travels.
struct Failure {
  ExitStatus status = ExitStatus::internal;
  std::string line;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static Failure parse(std::span<const std::byte> bytes);
};

/// The payload of `lost`. parse() throws Error(cluster) on what is too short.
struct LostRank {
  std::int32_t rank = 0;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static LostRank parse(std::span<const std::byte> bytes);
};

/// Error(cluster) that names the rank, the host and the difference where `hello` does not fit rank 0's.
void require_alike(int rank, const Hello& hello, const Hello& own, const std::string& simd);

}  // namespace mpienc::app
