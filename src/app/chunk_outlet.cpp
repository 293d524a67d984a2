#include "mpienc/app/chunk_outlet.hpp"

#include <utility>

#include <malloc.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

/// A chunk's packets leave holes all over the heaps; measured, without this the peak was a third higher. It
/// stops every thread that needs the heap for 1 to 2 ms, so that after each chunk of a second it took 2 % of
/// the lanes.
void ChunkOutlet::give_back_memory() {
#if defined(__GLIBC__)
  using namespace std::chrono_literals;
  const auto now = std::chrono::steady_clock::now();
  if (now - trimmed_ < 1s) return;
  trimmed_ = now;
  malloc_trim(0);
#endif
}

void ChunkOutlet::planned(int chunk, std::int64_t first_packet, std::vector<PacketTime> times) {
  auto& pending = pending_[chunk];
  pending.first_packet = first_packet;
  pending.times = std::move(times);
}

void ChunkOutlet::replace(int chunk, const Replacement& replacement) {
  auto& pending = pending_.at(chunk);
  pending.origin =
      replacement.kind == Replacement::Kind::copied ? Pending::Origin::copied : Pending::Origin::skipped;
  pending.skipped = replacement.skipped;
}

std::vector<av::Packet> ChunkOutlet::join(const EncodedChunk& result, const Pending& pending) {
  ++(pending.origin == Pending::Origin::encoded ? encoded_ : replaced_);
  switch (pending.origin) {
    case Pending::Origin::encoded: return joiner_.join(result, pending.first_packet, pending.times);
    case Pending::Origin::copied: return joiner_.join_copied(result, pending.first_packet, pending.times);
    case Pending::Origin::skipped: break;
  }
  joiner_.skip(pending.skipped);
  return {};
}

void ChunkOutlet::release(const EncodedChunk& result) {
  const auto node = pending_.extract(result.index);
  for (auto& packet : join(result, node.mapped())) output_.write(track_, std::move(packet));
  give_back_memory();
}

void ChunkOutlet::finish() {
  if (encoded_ == 0 && replaced_ > 0) {
    throw Error(ExitStatus::codec,
                "no chunk of the video could be encoded; nothing was written under the output's name");
  }
  for (auto& packet : joiner_.finish()) output_.write(track_, std::move(packet));
  output_.end(track_);
}

}  // namespace mpienc::app
