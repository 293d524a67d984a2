#include "mpienc/collection/layout.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mpienc/collection/distinct_paths.hpp"
#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace fs = std::filesystem;

class Layout::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::vector<Component> parse() {
    if (text_.empty()) fail("is empty; give one such as '{artist}/{title}'");
    if (text_.front() == '/') fail("begins with '/'; it is seen from the output folder");
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '/') {
        end_component();
        ++at_;
      } else if ((c == '{' || c == '}') && text_.substr(at_ + 1, 1) == std::string_view(&c, 1)) {
        literal(c);
        at_ += 2;
      } else if (c == '{') {
        field();
      } else if (c == '}') {
        fail_here("'}' without '{'; a brace is written twice");
      } else {
        literal(c);
        ++at_;
      }
    }
    end_component();
    return std::move(components_);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ExitStatus::usage, fmt::format("the layout '{}' {}", shown(text_), what));
  }
  [[noreturn]] void fail_here(std::string_view what) const {
    fail(fmt::format("has at character {} {}", at_ + 1, what));
  }

  void literal(char c) {
    constexpr std::string_view reserved = "<>:\"\\|?*";
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      fail_here("a control character, which no name may have");
    if (reserved.find(c) != std::string_view::npos) {
      fail_here(fmt::format("'{}', which not every file system takes in names", c));
    }
    if (component_.empty() || component_.back().field) component_.emplace_back();
    component_.back().text += c;
  }

  void field() {
    const auto end = text_.find('}', at_);
    if (end == std::string_view::npos) fail_here("'{' without '}'; a brace is written twice");
    auto inside = text_.substr(at_ + 1, end - at_ - 1);
    if (inside.find('{') != std::string_view::npos) fail_here("'{' within a field");
    Part part;
    part.field = true;
    if (const auto bar = inside.find('|'); bar != std::string_view::npos) {
      part.missing = std::string(inside.substr(bar + 1));
      if (part.missing->find_first_not_of(' ') == std::string::npos)
        fail_here("a field with nothing behind '|'");
      inside = inside.substr(0, bar);
    }
    if (const auto colon = inside.find(':'); colon != std::string_view::npos) {
      const auto format = inside.substr(colon + 1);
      if (format.size() != 2 || format[0] != '0' || format[1] < '1' || format[1] > '9') {
        fail_here(fmt::format("the number format ':{}'; give ':01' to ':09'", shown(format)));
      }
      part.digits = format[1] - '0';
      inside = inside.substr(0, colon);
    }
    part.text = field_name(inside);
    if (part.text.empty()) fail_here("a field without a name");
    if (inside.find('/') != std::string_view::npos) fail_here("'/' within the name of a field");
    component_.push_back(std::move(part));
    at_ = end + 1;
  }

  void end_component() {
    if (component_.empty())
      fail(at_ == text_.size() ? "ends with '/'; the file's name is missing" : "has '//' in it");
    if (component_.size() == 1 && !component_[0].field) {
      const auto& text = component_[0].text;
      if (text.find_first_not_of(' ') == std::string::npos) fail("has a name of blanks");
      if (text == "." || text == "..")
        fail(fmt::format("has '{}' in it; it is seen from the output folder", text));
    }
    components_.push_back(std::exchange(component_, {}));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Component component_;
  std::vector<Component> components_;
};

namespace {

/// As a number with at least so many digits; a value that begins with none stays as it is.
std::string numbered(const std::string& value, int digits) {
  const auto first = value.find_first_not_of(' ');
  if (first == std::string::npos) return value;
  auto number = value.substr(first, value.find_first_not_of("0123456789", first) - first);
  if (number.empty()) return value;
  number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
  return fmt::format("{:0>{}}", number, digits);
}

}  // namespace

Layout::Layout(std::string_view text) : components_(Parser(text).parse()) {}

std::string Layout::expand(const Part& part, const Song& song) {
  if (!part.field) return part.text;
  std::string value = field_value(song, part.text);
  if (value.find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
    value = part.missing ? *part.missing : built_in_default(song, part.text);
  }
  return part.digits > 0 ? numbered(value, part.digits) : value;
}

Layout::Place Layout::place(const Song& song) const {
  Place place;
  for (std::size_t i = 0; i < components_.size(); ++i) {
    std::string text;
    for (const Part& part : components_[i]) text += expand(part, song);
    const auto name = safe_name(text);
    if (i + 1 == components_.size()) {
      place.stem = name;
    } else {
      place.folder /= fitted_name(name, "");
    }
  }
  return place;
}

std::vector<fs::path> laid_out(const Layout& layout, std::span<const Song> songs,
                               std::string_view extension) {
  DistinctPaths distinct(Letters::either_case);
  std::vector<Layout::Place> places;
  for (const Song& song : songs) {
    places.push_back(layout.place(song));
    distinct.keep_for_folders(places.back().folder);
  }
  std::vector<fs::path> paths;
  for (const auto& [folder, stem] : places) paths.push_back(distinct.take_numbered(folder, stem, extension));
  return paths;
}

}  // namespace mpienc::collection
