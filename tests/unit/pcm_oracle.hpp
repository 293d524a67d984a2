#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mpienc/av/log_capture.hpp"
#include "mpienc/input/pcm_source.hpp"

namespace mpienc::test {

/// An empty folder that goes away with the test.
class PcmFolder {
 public:
  PcmFolder() {
    av::route_messages(false);
    auto name = testing::TempDir() + "mpienc-pcm-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~PcmFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  PcmFolder(const PcmFolder&) = delete;
  PcmFolder& operator=(const PcmFolder&) = delete;

  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::filesystem::path write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::string quoted(const std::filesystem::path& path) {
  std::string text = "'";
  for (const char c : path.string()) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// What a command writes to its standard output; the test fails where the command does.
inline std::string output_of(const std::string& command, bool may_fail = false) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot run " << command;
    return output;
  }
  std::vector<char> block(1 << 16);
  while (const auto got = std::fread(block.data(), 1, block.size(), pipe)) output.append(block.data(), got);
  const int status = ::pclose(pipe);
  EXPECT_TRUE(may_fail || status == 0) << command;
  return output;
}

/// Samples of a whole source in `block`s, aligned to the top of 32 bits.
inline std::vector<std::int32_t> values_of(input::PcmSource& source, std::int64_t block = 1000) {
  const auto& format = source.description().format;
  std::vector<std::int32_t> all;
  for (;;) {
    const auto bytes = source.next(block);
    if (bytes.empty()) return all;
    const auto first = all.size();
    all.resize(first + bytes.size() / static_cast<std::size_t>(format.bytes));
    const auto values = std::span(all).subspan(first);
    unpack(bytes, format, values);
    for (auto& value : values)
      value = static_cast<std::int32_t>(static_cast<std::uint32_t>(value) << (32 - format.bits));
  }
}

/// Raw samples of 2, 3 or 4 little-endian bytes, aligned the same way.
inline std::vector<std::int32_t> raw_values(const std::string& raw, std::size_t bytes) {
  std::vector<std::int32_t> all(raw.size() / bytes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::uint32_t value = 0;
    for (std::size_t byte = 0; byte < bytes; ++byte) {
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(raw[i * bytes + byte]))
               << (8 * (4 - bytes + byte));
    }
    all[i] = static_cast<std::int32_t>(value);
  }
  return all;
}

/// The first audio stream as the ffmpeg program decodes it, in the smallest depth that holds `bits`.
inline std::vector<std::int32_t> ffmpeg_values(const std::filesystem::path& file, int bits,
                                               bool may_fail = false) {
  const std::string kind = bits <= 16 ? "s16le" : bits <= 24 ? "s24le" : "s32le";
  const auto raw = output_of(
      "ffmpeg -nostdin -v quiet -i " + quoted(file) + " -map 0:a:0 -c:a pcm_" + kind + " -f " + kind + " -",
      may_fail);
  return raw_values(raw, bits <= 16 ? 2 : bits <= 24 ? 3 : 4);
}

/// Two seconds of a chord and noise, as ffmpeg's options say.
inline std::filesystem::path make_recording(const PcmFolder& folder, const std::string& name,
                                            const std::string& options) {
  output_of(
      "ffmpeg -nostdin -v error -y -f lavfi -i "
      "'aevalsrc=0.3*sin(880*t)+0.1*random(0)|0.3*sin(660*t):s=44100:d=2' " +
      options + " " + quoted(folder / name));
  return folder / name;
}

/// EXPECT_EQ on hundreds of thousands of numbers would print them.
inline void expect_same(const std::vector<std::int32_t>& ours, const std::vector<std::int32_t>& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) ASSERT_EQ(ours[i], theirs[i]) << "value " << i;
}

}  // namespace mpienc::test
