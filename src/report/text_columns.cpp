#include "mpienc/report/text_columns.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace mpienc::report {

namespace {

struct Range {
  char32_t first, last;
};

/// By Unicode 15: East Asian wide and full width, and emoji that are shown as pictures.
constexpr std::array wide{Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},
                          Range{0x2614, 0x2615},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},
                          Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
                          Range{0xA960, 0xA97C},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
                          Range{0xFE30, 0xFE6F},   Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},
                          Range{0x16FE0, 0x18CFF}, Range{0x1AFF0, 0x1B2FB}, Range{0x1F300, 0x1F64F},
                          Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1FAFF}, Range{0x20000, 0x3FFFD}};
/// Marks that stand on the character before them.
constexpr std::array combining{Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
                               Range{0x064B, 0x065F}, Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E},
                               Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x20D0, 0x20F0},
                               Range{0x3099, 0x309A}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}};
/// Controls, and what changes direction or has no shape: a name must not rearrange the screen.
constexpr std::array unseen{Range{0x0000, 0x001F}, Range{0x007F, 0x009F},   Range{0x00AD, 0x00AD},
                            Range{0x061C, 0x061C}, Range{0x200B, 0x200F},   Range{0x2028, 0x202E},
                            Range{0x2060, 0x206F}, Range{0xE000, 0xF8FF},   Range{0xFEFF, 0xFEFF},
                            Range{0xFFF0, 0xFFFB}, Range{0xE0000, 0x10FFFF}};

bool in(std::span<const Range> ranges, char32_t code) {
  return std::ranges::any_of(ranges,
                             [&](const Range& range) { return code >= range.first && code <= range.last; });
}

std::size_t columns_of(char32_t code) { return in(combining, code) ? 0 : in(wide, code) ? 2 : 1; }

}  // namespace

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0U; };
  const auto head = byte(0);
  if (head < 0x80) return {1, head};
  const std::size_t length = head >= 0xC2 && head <= 0xDF   ? 2
                             : head >= 0xE0 && head <= 0xEF ? 3
                             : head >= 0xF0 && head <= 0xF4 ? 4
                                                            : 0;
  if (length == 0) return {1, std::nullopt};
  char32_t code = head & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {1, std::nullopt};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {1, std::nullopt};
  return {length, code};
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto next = first_character(text);
    if (next.code && !in(unseen, *next.code)) {
      shown += text.substr(0, next.bytes);
    } else {
      shown += '?';
    }
    text.remove_prefix(next.bytes);
  }
  return shown;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto next = first_character(text);
    columns += columns_of(next.code.value_or(U'?'));
    text.remove_prefix(next.bytes);
  }
  return columns;
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t taken = 0, used = 0;
  while (taken < text.size()) {
    const auto next = first_character(text.substr(taken));
    const auto width = columns_of(next.code.value_or(U'?'));
    if (used + width > columns - 1) break;
    used += width;
    taken += next.bytes;
  }
  return std::string(text.substr(0, taken)) + "~";
}

std::string fitted(std::string_view text, std::size_t columns, bool right) {
  auto cut = cut_to(text, columns);
  const std::string blanks(columns - std::min(columns, columns_of(cut)), ' ');
  return right ? blanks + cut : cut + blanks;
}

}  // namespace mpienc::report
