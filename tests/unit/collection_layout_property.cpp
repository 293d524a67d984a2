#include <set>

#include <gtest/gtest.h>

#include "hostile_songs.hpp"
#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/layout.hpp"
#include "mpienc/collection/utf8.hpp"

namespace mpienc::collection {
namespace {

void expect_safe(const std::filesystem::path& path, std::ptrdiff_t components) {
  ASSERT_TRUE(stays_below(path)) << shown(path);
  ASSERT_EQ(path, path.lexically_normal());
  ASSERT_EQ(std::distance(path.begin(), path.end()), components) << shown(path);
  for (const auto& part : path) {
    const std::string& name = part.native();
    ASSERT_LE(name.size(), longest_name);
    ASSERT_FALSE(name.empty());
    ASSERT_NE(name.front(), '.') << shown(path);
    ASSERT_NE(name.front(), ' ');
    ASSERT_NE(name.back(), '.') << shown(path);
    ASSERT_NE(name.back(), ' ') << shown(path);
    ASSERT_EQ(name.find_first_of("<>:\"/\\|?*"), std::string::npos) << shown(path);
    for (std::string_view left = name; !left.empty(); left.remove_prefix(utf8_length(left))) {
      ASSERT_GT(utf8_length(left), 0U) << shown(path);
      ASSERT_GE(static_cast<unsigned char>(left[0]), 0x20);
    }
  }
}

TEST(LayoutProperty, TenThousandHostileSongsStayInside) {
  struct Case {
    const char* layout;
    std::ptrdiff_t components;
  };
  const Case cases[] = {{"{artist}/{title}", 2},
                        {"Albums/{artist} - {album}/{track:02} {title}", 3},
                        {"{folder}/{stem}", 2},
                        {"{x}.{x}/{genre|..}/.{year}{ext}", 3}};
  for (unsigned part = 0; part < 4; ++part) {
    test::HostileSongs hostile(part + 1);
    std::vector<std::vector<Tag>> tags;
    std::vector<std::filesystem::path> paths;
    for (int i = 0; i < 2500; ++i) {
      tags.push_back(hostile.tags());
      paths.emplace_back(hostile.value());
    }
    std::vector<Song> songs;
    for (std::size_t i = 0; i < tags.size(); ++i) songs.push_back({tags[i], paths[i]});
    const Layout layout(cases[part].layout);
    const auto outputs = laid_out(layout, songs, ".mp3");
    ASSERT_EQ(outputs.size(), songs.size());
    std::set<std::string> distinct;
    for (const auto& output : outputs) {
      ASSERT_NO_FATAL_FAILURE(expect_safe(output, cases[part].components));
      ASSERT_TRUE(distinct.insert(output.native()).second) << shown(output);
    }
    ASSERT_EQ(laid_out(layout, songs, ".mp3"), outputs);
  }
}

}  // namespace
}  // namespace mpienc::collection
