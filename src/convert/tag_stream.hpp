#pragma once

#include <taglib/tiostream.h>

#include "mpienc/output/temporary_file.hpp"

namespace mpienc::convert {

/// A temporary file as TagLib changes it in place. TagLib's own stream says nothing of a full disk.
class TagStream final : public TagLib::IOStream {
 public:
  /// `file` outlives it.
  explicit TagStream(const output::TemporaryFile& file) : fd_(file.descriptor()) {}

  /// Throws Error(output) where anything failed so far.
  void check(const std::filesystem::path& name) const;

  [[nodiscard]] TagLib::FileName name() const override { return ""; }
  TagLib::ByteVector readBlock(unsigned long length) override;
  void writeBlock(const TagLib::ByteVector& data) override;
  void insert(const TagLib::ByteVector& data, unsigned long start, unsigned long replace) override;
  void removeBlock(unsigned long start, unsigned long length) override;
  [[nodiscard]] bool readOnly() const override { return false; }
  [[nodiscard]] bool isOpen() const override { return true; }
  void seek(long offset, Position from) override;
  [[nodiscard]] long tell() const override { return position_; }
  long length() override;
  void truncate(long length) override;

 private:
  void put(const char* data, unsigned long size, long at);
  unsigned long get(char* data, unsigned long size, long at);
  void move(long from, long to);

  int fd_;
  long position_ = 0;
  int error_ = 0;
};

}  // namespace mpienc::convert
