#pragma once

#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "mpienc/core/tags.hpp"

namespace mpienc::test {

/// Tags and names made to lead out of a folder, from a fixed seed.
class HostileSongs {
 public:
  explicit HostileSongs(unsigned seed) : random_(seed) {}

  std::string value() {
    static const std::string pieces[] = {"..",
                                         "../",
                                         "/",
                                         "//",
                                         ".",
                                         " ",
                                         "\\",
                                         std::string("\0", 1),
                                         "\n",
                                         "\r",
                                         "\x1b",
                                         "~",
                                         "con",
                                         "nul.",
                                         "COM1",
                                         "a",
                                         "Z",
                                         "😀",
                                         "€",
                                         "\xff",
                                         "\xc0\xaf",
                                         "\xe2\x82",
                                         "\xf0\x9f",
                                         "\xc2\x85",
                                         "\u202e",
                                         "{title}",
                                         "}",
                                         ":",
                                         "*",
                                         "?",
                                         "|",
                                         "\"",
                                         "<",
                                         "/etc/passwd",
                                         "%s",
                                         "0",
                                         "12",
                                         "\x7f",
                                         std::string(200, 'x'),
                                         std::string(255, '.'),
                                         std::string(90, ' ')};
    std::string text;
    for (auto n = random_() % 12; n > 0; --n) text += pieces[random_() % std::size(pieces)];
    for (auto n = random_() % 3 == 0 ? random_() % 20 : 0; n > 0; --n) text += static_cast<char>(random_());
    return text;
  }

  std::vector<Tag> tags() {
    static const char* const names[] = {"artist",      "ALBUM ARTIST", "album", "title", "track",
                                        "TRACKNUMBER", "date",         "genre", "x"};
    std::vector<Tag> tags;
    for (const auto* name : names) {
      if (random_() % 4 != 0) tags.push_back({name, value()});
    }
    if (random_() % 8 == 0) tags.push_back({value(), value()});
    return tags;
  }

 private:
  std::mt19937 random_;
};

}  // namespace mpienc::test
