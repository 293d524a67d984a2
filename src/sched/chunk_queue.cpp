#include "chunk_queue.hpp"

#include <utility>

namespace mpienc::sched {

void ChunkQueue::push(int chunk, double cost, bool returned) {
  const Key added = key(chunk, cost, returned);
  keys_.emplace(chunk, Entry{added, cost});
  order_.insert(added);
  cost_ += cost;
}

void ChunkQueue::erase(int chunk) {
  const auto it = keys_.find(chunk);
  order_.erase(it->second.key);
  cost_ -= it->second.cost;
  keys_.erase(it);
  if (keys_.empty()) {
    cost_ = 0;
  }
}

void ChunkQueue::put_longest_first(const std::function<double(int)>& cost) {
  const auto before = std::exchange(keys_, {});
  order_.clear();
  cost_ = 0;
  longest_first_ = true;
  for (const auto& [chunk, entry] : before) {
    push(chunk, cost(chunk), !std::get<0>(entry.key));
  }
}

}  // namespace mpienc::sched
