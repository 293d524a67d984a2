#include "mpienc/report/json_text.hpp"

#include <cstdint>

#include "mpienc/report/text_columns.hpp"

namespace mpienc::report {

namespace {

constexpr char32_t first_stand_in = 0xEF80, last_stand_in = 0xEFFF, base = 0xEF00;

bool stands_in(char32_t code) { return code >= first_stand_in && code <= last_stand_in; }

void append_stand_in(std::string& text, char byte) {
  const auto code = base + static_cast<std::uint8_t>(byte);
  text += static_cast<char>(0xE0 | (code >> 12));
  text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  text += static_cast<char>(0x80 | (code & 0x3F));
}

}  // namespace

std::string utf8_of(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const auto next = first_character(bytes);
    for (const char byte : bytes.substr(0, next.bytes)) {
      if (next.code && !stands_in(*next.code)) {
        text += byte;
      } else {
        append_stand_in(text, byte);
      }
    }
    bytes.remove_prefix(next.bytes);
  }
  return text;
}

std::string bytes_of(std::string_view utf8) {
  std::string bytes;
  while (!utf8.empty()) {
    const auto next = first_character(utf8);
    if (next.code && stands_in(*next.code)) {
      bytes += static_cast<char>(*next.code - base);
    } else {
      bytes += utf8.substr(0, next.bytes);
    }
    utf8.remove_prefix(next.bytes);
  }
  return bytes;
}

}  // namespace mpienc::report
