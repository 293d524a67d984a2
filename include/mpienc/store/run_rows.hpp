#pragma once

#include <cstdint>
#include <string>

namespace mpienc::store {

/// One encoded chunk; times in seconds since the job began.
struct ChunkRow {
  std::int32_t chunk = 0;
  std::int64_t first_packet = 0, end_packet = 0;  ///< half-open range of the source's video packets
  double programme_start = 0, programme_end = 0;
  std::int64_t frames = 0;  ///< encoded
  std::int64_t bytes_in = 0, bytes_out = 0;
  std::int32_t rank = 0, lane = 0;  ///< whose result counted
  double read_cpu = 0,
         read_wall = 0;  ///< that the reader needed for this chunk, waiting for room not counted
  double planned = 0, assigned = 0, started = 0, finished = 0, released = 0;
  double queued = 0;                       ///< on the rank, before a lane was free
  double encode_wall = 0, encode_cpu = 0;  ///< of the lane
  std::int32_t steals = 0, copies = 0;     ///< of this chunk
};

struct RankRow {
  std::int32_t rank = 0;
  std::string host;
  std::int32_t lanes = 0;
  std::int32_t processors = 0;
  std::int32_t chunks = 0, steals = 0, copies = 0;
  std::int64_t frames = 0;
  double encode_cpu = 0, encode_wall = 0;
  double speed = 1;  ///< of a lane as the scheduler learned it, 1 being the mean
};

struct EventRow {
  double time = 0;
  std::string kind;  ///< assign, start, finish, steal, moved, kept, copy, cancel, release, join, lose, fail,
                     ///< skip, pass, warn
  std::int32_t chunk = -1, rank = -1, other = -1;
};

}  // namespace mpienc::store
