#include "mpienc/app/replacement.hpp"

#include <utility>

#include <fmt/format.h>

#include "mpienc/report/format.hpp"

namespace mpienc::app {

Replacement replacement_for(const encode::VideoTask& task, OnBadChunk choice,
                            const encode::VideoSettings& settings, int reorder_depth) {
  Replacement replacement;
  std::string why_not;
  if (choice == OnBadChunk::copy) {
    auto copied = encode::copy_chunk(task, settings, reorder_depth);
    if (copied.chunk) {
      replacement.line = "copied from the source unencoded";
      replacement.kind = Replacement::Kind::copied;
      replacement.result = ChunkResult(std::move(*copied.chunk));
      return replacement;
    }
    why_not = fmt::format(", as it cannot be copied: {}", copied.why_not);
  }
  EncodedChunk nothing;
  nothing.index = task.chunk.index;
  replacement.result = ChunkResult(std::move(nothing));
  replacement.skipped = encode::owned_times(task);
  replacement.line =
      fmt::format("left out, {}{}",
                  report::counted(static_cast<std::int64_t>(replacement.skipped.size()), "frame"), why_not);
  return replacement;
}

}  // namespace mpienc::app
