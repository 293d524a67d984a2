#pragma once

#include <random>
#include <string>

#include "mpienc/core/error.hpp"
#include "mpienc/store/journal.hpp"
#include "output_scratch.hpp"

namespace mpienc::store::test {

inline const JournalIdentity one_identity{{"--crf", "23"}, {"--tune", ""}, {"input", "k\xc3\xb6ln.vob"}};

/// The result of a chunk, always the same for a seed.
inline Bytes made_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

/// The status and line that `work` throws; success and "none" where it does not.
template <class Work>
std::pair<ExitStatus, std::string> failure(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return {error.status(), error.what()};
  }
  return {ExitStatus::success, "none"};
}

}  // namespace mpienc::store::test
