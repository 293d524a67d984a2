#include "mpienc/app/open_files.hpp"

#include <utility>

namespace mpienc::app {

OpenFiles::Entry::Entry(OpenFiles& files, std::function<void()> discard) : files_(files) {
  const std::lock_guard lock(files_.mutex_);
  if (files_.discarded_) discard();
  place_ = files_.discards_.insert(files_.discards_.end(), std::move(discard));
}

OpenFiles::Entry::~Entry() {
  const std::lock_guard lock(files_.mutex_);
  files_.discards_.erase(place_);
}

void OpenFiles::discard() noexcept {
  const std::lock_guard lock(mutex_);
  discarded_ = true;
  for (const auto& discard : discards_) discard();
}

bool OpenFiles::discarded() const {
  const std::lock_guard lock(mutex_);
  return discarded_;
}

}  // namespace mpienc::app
