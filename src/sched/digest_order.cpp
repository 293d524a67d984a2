#include "mpienc/sched/digest_order.hpp"

namespace mpienc::sched {

void DigestOrder::encoded(int chunk, std::optional<int> rank) {
  encoded_.emplace(chunk, rank.value_or(chunk % ranks_));
}

std::optional<DigestOrder::Step> DigestOrder::next() {
  if (under_way_) {
    if (!lost_.contains(under_way_->rank)) return std::nullopt;
    return under_way_ = Step{under_way_->chunk, 0};
  }
  const auto found = encoded_.extract(next_chunk_);
  if (found.empty()) return std::nullopt;
  ++next_chunk_;
  return under_way_ = Step{found.key(), alive(found.mapped())};
}

bool DigestOrder::ended(const Step& step) {
  if (under_way_ != step) return false;
  under_way_.reset();
  return true;
}

void DigestOrder::repeat(const Step& step) {
  if (!ended(step)) return;
  next_chunk_ = step.chunk;
  encoded_.emplace(step.chunk, step.rank);
}

}  // namespace mpienc::sched
