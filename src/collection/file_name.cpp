#include "mpienc/collection/file_name.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "mpienc/collection/utf8.hpp"
#include "mpienc/core/checksum.hpp"

namespace mpienc::collection {

namespace {

/// https://learn.microsoft.com/windows/win32/fileio/naming-a-file, "Naming conventions"
constexpr std::string_view reserved = "<>:\"/\\|?*";

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  return first < 0x20 || first == 0x7F ||
         (character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0);
}

/// Windows takes these names for devices, whatever follows a dot behind them.
bool is_device(std::string_view name) {
  constexpr std::array plain{"con", "prn", "aux", "nul", "conin$", "conout$"};
  std::string start(name.substr(0, name.find('.')));
  start.erase(start.find_last_not_of(' ') + 1);
  std::ranges::transform(start, start.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (std::ranges::find(plain, start) != plain.end()) return true;
  if (!start.starts_with("com") && !start.starts_with("lpt")) return false;
  const auto number = std::string_view(start).substr(3);
  return (number.size() == 1 && number[0] >= '0' && number[0] <= '9') || number == "¹" || number == "²" ||
         number == "³";
}

}  // namespace

NameParts parts_of(const std::filesystem::path& name) {
  return {name.stem().string(), name.extension().string()};
}

std::string fitted_name(std::string_view stem, std::string_view extension) {
  if (stem.size() + extension.size() <= longest_name) return fmt::format("{}{}", stem, extension);
  constexpr std::size_t mark_size = 9;
  Checksum hash;
  hash.add(std::as_bytes(std::span(stem)));
  const auto kept = utf8_prefix(extension, 100);
  return fmt::format("{}~{:08x}{}", utf8_prefix(stem, longest_name - mark_size - kept.size()), hash.value(),
                     kept);
}

std::string safe_name(std::string_view text) {
  std::string name;
  name.reserve(text.size());
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    const bool allowed =
        length > 0 && !is_control(character) && reserved.find(character) == std::string_view::npos;
    name += allowed ? character : "_";
    text.remove_prefix(character.size());
  }
  name.erase(name.find_last_not_of(' ') + 1);
  name.erase(0, name.find_first_not_of(' '));
  if (name.empty()) return "_";
  if (name.front() == '.') name.front() = '_';
  if (name.back() == '.') name.back() = '_';
  return is_device(name) ? "_" + name : name;
}

std::string shown(const std::filesystem::path& path) {
  std::string_view text = path.native();
  std::string line;
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    if (character == "\n") {
      line += "\\n";
    } else if (character == "\\") {
      line += "\\\\";
    } else if (length == 0 || is_control(character)) {
      for (const char byte : character) line += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    } else {
      line += character;
    }
    text.remove_prefix(character.size());
  }
  return line;
}

bool stays_below(const std::filesystem::path& path) {
  if (path.empty() || path.is_absolute() || path.native().find('\0') != std::string::npos) return false;
  return std::ranges::none_of(path,
                              [](const auto& part) { return part.empty() || part == "." || part == ".."; });
}

}  // namespace mpienc::collection
