#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mpienc/core/error.hpp"

namespace mpienc {

using Bytes = std::vector<std::byte>;

/// Appends plain values in the machine's byte order; all ranks of a job are of one architecture.
class ByteWriter {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { raw(&value, sizeof value); }
  void put_blob(const void* data, std::size_t size) {
    put(static_cast<std::uint64_t>(size));
    raw(data, size);
  }
  void put_string(std::string_view text) { put_blob(text.data(), text.size()); }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }

 private:
  void raw(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  Bytes bytes_;
};

/// Reads what ByteWriter wrote; throws Error(cluster) where the bytes end too early.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T>
  [[nodiscard]] T get() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  /// A view into the buffer given to the constructor.
  [[nodiscard]] std::span<const std::byte> get_blob() { return take(get<std::uint64_t>()); }
  [[nodiscard]] std::string get_string() {
    const auto blob = get_blob();
    return {reinterpret_cast<const char*>(blob.data()), blob.size()};
  }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  std::span<const std::byte> take(std::size_t size) {
    if (size > bytes_.size()) {
      throw Error(ExitStatus::cluster,
                  "a message between ranks is shorter than it says; "
                  "check that all ranks run the same mpienc");
    }
    const auto front = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return front;
  }
  std::span<const std::byte> bytes_;
};

}  // namespace mpienc
