#pragma once

#include <filesystem>

#include "mpienc/input/pcm_region.hpp"

namespace mpienc::input {

/// A regular file, open for reading by position; several threads may read at once. Throws Error(input).
class PcmFile {
 public:
  explicit PcmFile(const std::filesystem::path& path);
  ~PcmFile();
  PcmFile(PcmFile&& other) noexcept;
  PcmFile& operator=(PcmFile&&) = delete;

  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::int64_t modified() const { return modified_; }  ///< nanoseconds since 1970
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Bytes from `offset` on, straight into `into`; returns fewer only at the end of the file.
  [[nodiscard]] std::size_t read(std::int64_t offset, std::span<std::byte> into) const;
  /// As read(), and Error(input) where the file has become shorter.
  void read_all(std::int64_t offset, std::span<std::byte> into) const;
  /// Samples [first, first + into.size() / block) of the region, which must be within it. As
  /// read_all().
  void read_samples(const PcmRegion& region, std::int64_t first, std::span<std::byte> into) const;
  /// A view of this object.
  [[nodiscard]] PositionedBytes bytes() const;

 private:
  std::string name_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
  std::int64_t modified_ = 0;
};

}  // namespace mpienc::input
