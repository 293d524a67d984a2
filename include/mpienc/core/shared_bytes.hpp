#pragma once

#include <memory>
#include <span>
#include <utility>

#include "mpienc/core/bytes.hpp"

namespace mpienc {

/// Bytes that copies of this object share; a part of a larger buffer may be kept so.
class SharedBytes {
 public:
  SharedBytes() = default;
  explicit SharedBytes(Bytes bytes) {
    auto kept = std::make_shared<const Bytes>(std::move(bytes));
    view_ = *kept;
    owner_ = std::move(kept);
  }
  /// `view` lies within what `owner` keeps.
  SharedBytes(std::shared_ptr<const void> owner, std::span<const std::byte> view)
      : owner_(std::move(owner)), view_(view) {}

  [[nodiscard]] std::span<const std::byte> view() const { return view_; }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> view_;
};

}  // namespace mpienc
