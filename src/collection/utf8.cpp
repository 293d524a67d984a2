#include "mpienc/collection/utf8.hpp"

#include <algorithm>

namespace mpienc::collection {

namespace {

struct Lead {
  std::size_t length = 0;
  unsigned char second_from = 0x80, second_to = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte >= 0xC2 && byte <= 0xDF) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const Lead lead = lead_of(static_cast<unsigned char>(text[0]));
  if (lead.length > text.size()) return 0;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool second = i == 1;
    if (byte < (second ? lead.second_from : 0x80) || byte > (second ? lead.second_to : 0xBF)) return 0;
  }
  return lead.length;
}

std::string_view utf8_prefix(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, most); ++back) {
    if (utf8_length(text.substr(most - back)) > back) return text.substr(0, most - back);
  }
  return text.substr(0, most);
}

}  // namespace mpienc::collection
