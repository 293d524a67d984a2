#include "mpienc/input/pcm_replay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::input {

namespace {

constexpr std::int64_t piece = 1 << 16;

[[noreturn]] void refuse_changed(const std::filesystem::path& path) {
  throw Error(ExitStatus::input,
              fmt::format("{}: changed while it was read; start again when nobody writes it", path.string()));
}

}  // namespace

void PcmReplay::open() {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_, error)) {
    throw Error(ExitStatus::input,
                fmt::format("{} is to be read a second time, and is no file: write it to a disk first",
                            path_.string()));
  }
  source_ = open_pcm_source(path_);
  begin_ = 0;
  held_.clear();
  if (source_->description().region) file_.emplace(path_);
}

void PcmReplay::decode_until(std::int64_t end, std::int64_t keep_from) {
  const auto block = source_->description().format.block_bytes();
  const auto held = [&] { return static_cast<std::int64_t>(held_.size()) / block; };
  while (begin_ + held() < end) {
    const auto old = std::min(keep_from - begin_, held());
    if (old > 0) {
      held_.erase(held_.begin(), held_.begin() + old * block);
      begin_ += old;
    }
    const auto more = source_->next(piece);
    if (more.empty()) refuse_changed(path_);
    held_.insert(held_.end(), more.begin(), more.end());
  }
}

Bytes PcmReplay::samples(std::int64_t first, std::int64_t count) {
  if (!source_ || (!file_ && first < begin_)) open();
  const auto block = source_->description().format.block_bytes();
  if (file_) {
    if (first + count > source_->description().region->samples) refuse_changed(path_);
    Bytes bytes(static_cast<std::size_t>(count * block));
    file_->read_samples(*source_->description().region, first, bytes);
    return bytes;
  }
  decode_until(first + count, first);
  const auto from = held_.begin() + (first - begin_) * block;
  return {from, from + count * block};
}

}  // namespace mpienc::input
