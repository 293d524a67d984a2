#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "h5_file.hpp"

namespace mpienc::store::h5 {

enum class Kind { int32, int64, real, text };

/// One column; a text has `bytes` bytes of UTF-8, padded with zeros.
struct Field {
  std::string name;
  std::string unit;
  Kind kind = Kind::int32;
  std::size_t bytes = 4;
};

/// A dataset of one dimension whose rows are a compound of the fields, packed in their order in memory.
class Table {
 public:
  /// Empty, growing, with the units as the attribute "units" parallel to its columns. `file` must stay where
  /// it is.
  static Table create(const File& file, const std::string& name, std::vector<Field> fields);
  /// Picks the fields by name; others in the file do not hurt. Fails naming a column that is missing.
  static Table open(const File& file, const std::string& name, std::vector<Field> fields);

  [[nodiscard]] std::size_t row_bytes() const;
  [[nodiscard]] std::uint64_t rows() const;
  void append(std::span<const std::byte> rows);
  [[nodiscard]] std::vector<std::byte> read() const;

 private:
  Table(const File& file, std::string name, Datatype row, Dataset dataset);
  [[nodiscard]] Dataspace space() const;

  const Place* place_;
  std::string name_;
  Datatype row_;
  Dataset dataset_;
};

}  // namespace mpienc::store::h5
