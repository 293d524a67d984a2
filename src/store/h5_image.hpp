#pragma once

#include <string>

#include "h5_error.hpp"
#include "h5_handle.hpp"
#include "mpienc/core/bytes.hpp"

namespace mpienc::store::h5 {

/// An HDF5 file in memory that begins with a user block of `block_bytes`, which HDF5 leaves to us.
class Image {
 public:
  static constexpr std::size_t block_bytes = 512;

  /// A new one, empty.
  static Image create(Place place);
  /// `bytes`: a whole file. HDF5 may crash on damaged ones: check them first.
  static Image open(Bytes bytes, Place place);

  [[nodiscard]] hid_t id() const { return id_.get(); }
  [[nodiscard]] const Place& place() const { return place_; }
  /// The whole file, the user block being zeros.
  [[nodiscard]] Bytes bytes() const;

  /// A dataset of one dimension of bytes.
  void write_bytes(const std::string& name, std::span<const std::byte> data) const;
  [[nodiscard]] Bytes read_bytes(const std::string& name) const;

 private:
  Image(FileHandle id, Place place) : id_(std::move(id)), place_(std::move(place)) {}

  FileHandle id_;
  Place place_;
};

}  // namespace mpienc::store::h5
