#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "h5_table.hpp"

namespace mpienc::store {

/// A text of a row; the file holds its first `bytes` bytes.
template <class Row>
struct TextMember {
  std::string Row::*member;
  std::size_t bytes;
};

/// Which member of a row is which column of its table.
template <class Row>
struct Column {
  const char* name;
  const char* unit;
  std::variant<std::int32_t Row::*, std::int64_t Row::*, double Row::*, TextMember<Row>> member;
};

/// How rows of one type lie in their table, both ways.
template <class Row>
class Columns {
 public:
  explicit Columns(std::vector<Column<Row>> columns) : columns_(std::move(columns)) {}

  [[nodiscard]] std::vector<h5::Field> fields() const {
    std::vector<h5::Field> all;
    for (const auto& column : columns_) {
      constexpr h5::Kind kinds[] = {h5::Kind::int32, h5::Kind::int64, h5::Kind::real, h5::Kind::text};
      all.push_back({column.name, column.unit, kinds[column.member.index()], bytes(column)});
    }
    return all;
  }

  void pack(const Row& row, std::vector<std::byte>& to) const {
    for (const auto& column : columns_) {
      const auto at = to.size();
      to.resize(at + bytes(column));
      std::visit([&](const auto& member) { put(row, member, to.data() + at); }, column.member);
    }
  }

  [[nodiscard]] std::vector<Row> unpack(std::span<const std::byte> from) const {
    std::size_t row_bytes = 0;
    for (const auto& column : columns_) row_bytes += bytes(column);
    std::vector<Row> rows(from.size() / row_bytes);
    for (auto& row : rows) {
      for (const auto& column : columns_) {
        std::visit([&](const auto& member) { take(row, member, from.data()); }, column.member);
        from = from.subspan(bytes(column));
      }
    }
    return rows;
  }

 private:
  static std::size_t bytes(const Column<Row>& column) {
    const auto* text = std::get_if<TextMember<Row>>(&column.member);
    if (text != nullptr) return text->bytes;
    return std::holds_alternative<std::int32_t Row::*>(column.member) ? 4 : 8;
  }

  template <class Value>
  static void put(const Row& row, Value Row::*member, std::byte* to) {
    std::memcpy(to, &(row.*member), sizeof(Value));
  }

  static void put(const Row& row, const TextMember<Row>& text, std::byte* to) {
    const auto& value = row.*text.member;
    auto length = std::min(value.size(), text.bytes);
    const auto continues = [&](std::size_t at) {
      return (static_cast<unsigned char>(value[at]) & 0xc0U) == 0x80U;
    };
    while (length > 0 && length < value.size() && continues(length)) --length;
    std::memcpy(to, value.data(), length);
  }

  template <class Value>
  static void take(Row& row, Value Row::*member, const std::byte* from) {
    std::memcpy(&(row.*member), from, sizeof(Value));
  }

  static void take(Row& row, const TextMember<Row>& text, const std::byte* from) {
    const auto* characters = reinterpret_cast<const char*>(from);
    (row.*text.member).assign(characters, std::find(characters, characters + text.bytes, '\0'));
  }

  std::vector<Column<Row>> columns_;
};

}  // namespace mpienc::store
