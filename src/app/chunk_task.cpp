#include "mpienc/app/chunk_task.hpp"

#include <utility>

namespace mpienc::app {

encode::VideoTask to_task(input::CutChunk cut) {
  encode::VideoTask task;
  task.chunk = cut.chunk;
  task.first = cut.first;
  task.last = cut.last;
  task.own_leading = cut.own_leading;
  task.source = std::move(cut.source);
  task.time_base = cut.time_base;
  task.packets = std::move(cut.packets);
  task.times = std::move(cut.times);
  return task;
}

}  // namespace mpienc::app
