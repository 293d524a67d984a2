#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "mpienc/input/pcm_region.hpp"

namespace mpienc::test {

/// Files are made as strings of bytes: headers that libraries would not write.
inline std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}
inline std::string big(std::uint64_t value, int bytes) {
  auto text = little(value, bytes);
  std::ranges::reverse(text);
  return text;
}

struct WavFormat {
  unsigned tag = 1, channels = 2, bits = 16;
  std::uint64_t rate = 44100;
  int block = -1;  ///< as it should be if negative
  std::string extension = {};

  [[nodiscard]] std::string bytes() const {
    const auto align = block < 0 ? channels * ((bits + 7) / 8) : static_cast<unsigned>(block);
    return little(tag, 2) + little(channels, 2) + little(rate, 4) + little(rate * align, 4) +
           little(align, 2) + little(bits, 2) + extension;
  }
};

inline std::string extension(unsigned valid_bits, unsigned mask, unsigned tag = 1) {
  return little(22, 2) + little(valid_bits, 2) + little(mask, 4) + little(tag, 2) +
         std::string("\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 14);
}

inline std::string chunk(std::string_view id, const std::string& content, std::int64_t size = -1) {
  const auto written = size < 0 ? content.size() : static_cast<std::uint64_t>(size);
  return std::string(id) + little(written, 4) + content +
         (content.size() % 2 != 0 ? std::string(1, '\0') : "");
}

inline std::string riff(const std::string& chunks, std::string_view id = "RIFF", std::int64_t size = -1) {
  const auto written = size < 0 ? chunks.size() + 4 : static_cast<std::uint64_t>(size);
  return std::string(id) + little(written, 4) + "WAVE" + chunks;
}

inline std::string wav(const std::string& samples, const WavFormat& format = {}) {
  return riff(chunk("fmt ", format.bytes()) + chunk("data", samples));
}

inline std::string ds64(std::uint64_t riff_size, std::uint64_t data_size) {
  return chunk("ds64", little(riff_size, 8) + little(data_size, 8) + little(0, 8) + little(0, 4));
}

inline std::string wave64_chunk(std::string_view id, const std::string& content, std::int64_t size = -1) {
  const std::string_view rest = id == "riff"
                                    ? std::string_view("\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0", 12)
                                    : std::string_view("\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A", 12);
  const auto written = size < 0 ? content.size() + 24 : static_cast<std::uint64_t>(size);
  return std::string(id) + std::string(rest) + little(written, 8) + content +
         std::string((8 - content.size() % 8) % 8, '\0');
}

inline std::string wave64(const std::string& chunks) {
  const auto kind = std::string("wave") + std::string("\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A", 12);
  return wave64_chunk("riff", kind + chunks);
}

inline std::string big_chunk(std::string_view id, const std::string& content, std::int64_t size = -1) {
  const auto written = size < 0 ? content.size() : static_cast<std::uint64_t>(size);
  return std::string(id) + big(written, 4) + content + (content.size() % 2 != 0 ? std::string(1, '\0') : "");
}

/// 44100 Hz; `kind` is AIFC's compression type, AIFF if empty.
inline std::string aiff(unsigned channels, unsigned bits, std::uint64_t samples, const std::string& content,
                        const std::string& kind = "") {
  const auto common = big(channels, 2) + big(samples, 4) + big(bits, 2) +
                      std::string("\x40\x0E\xAC\x44\0\0\0\0\0\0", 10) +
                      (kind.empty() ? "" : kind + std::string(2, '\0'));
  const auto chunks = (kind.empty() ? "AIFF" : "AIFC") + big_chunk("COMM", common) +
                      big_chunk("SSND", std::string(8, '\0') + content);
  return "FORM" + big(chunks.size(), 4) + chunks;
}

/// A file in memory that pretends to be `size` bytes long, zeros after its content. Counts what is asked of
/// it.
struct MemoryFile {
  std::string content;
  std::int64_t size = static_cast<std::int64_t>(content.size());
  std::int64_t reads = 0, bytes_read = 0;

  [[nodiscard]] input::PositionedBytes bytes() {
    return {size, [this](std::int64_t offset, std::span<std::byte> into) {
              ++reads;
              const auto count = static_cast<std::size_t>(
                  std::clamp<std::int64_t>(size - offset, 0, static_cast<std::int64_t>(into.size())));
              bytes_read += static_cast<std::int64_t>(count);
              std::fill_n(into.data(), count, std::byte{0});
              if (count > 0 && offset < static_cast<std::int64_t>(content.size())) {
                const auto at = static_cast<std::size_t>(offset);
                std::memcpy(into.data(), content.data() + at, std::min(count, content.size() - at));
              }
              return count;
            }};
  }
};

}  // namespace mpienc::test
