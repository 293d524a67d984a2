#pragma once

#include <cstdint>
#include <memory>

#include "mpienc/store/journal.hpp"

namespace mpienc::app {

/// Where a chunk's result is kept on disk.
struct JournalPlace {
  std::shared_ptr<store::Journal> journal;  ///< null: nowhere
  int chunk = 0;                            ///< its number there
  std::uint32_t task_checksum = 0;          ///< of what the chunk is made from
};

}  // namespace mpienc::app
