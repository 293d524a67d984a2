#include "planned_pcm.hpp"

#include <iterator>
#include <utility>

namespace mpienc::app {

PlannedChunk planned_pcm(int index, std::int64_t first, std::int64_t samples, const PcmFormat& format,
                         std::int64_t pixels, encode::Task task) {
  PlannedChunk chunk;
  chunk.chunk.index = index;
  chunk.chunk.first_packet = first;
  chunk.chunk.end_packet = first + samples;
  chunk.chunk.start_seconds = static_cast<double>(first) / format.rate;
  chunk.chunk.end_seconds = static_cast<double>(first + samples) / format.rate;
  chunk.chunk.bytes = encode::range_of(task) != nullptr ? std::ssize(encode::serialise(task))
                                                        : std::ssize(encode::pcm_of(task));
  chunk.work = {samples, chunk.chunk.bytes, pixels};
  chunk.task = std::make_shared<const encode::Task>(std::move(task));
  return chunk;
}

}  // namespace mpienc::app
