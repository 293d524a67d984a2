#include "mpienc/input/wav_header.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include "pcm_chunks.hpp"
#include "wav_format.hpp"

namespace mpienc::input {

namespace {

constexpr int most_chunks = 1000;
constexpr std::size_t most_text = 1 << 20;  // bytes of tags, so that no header costs more memory
constexpr std::uint64_t in_ds64 = 0xFFFFFFFF;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Error(ExitStatus::input, fmt::format("{}: {}; export the recording again", name, what));
}

struct Kind {
  ChunkDialect dialect;
  std::int64_t first_chunk = 12;
  std::uint64_t end = 0;  ///< of the outermost chunk, by its own size
  bool has_ds64 = false;
};

std::optional<Kind> kind_of(const PositionedBytes& file) {
  const auto head = read_bytes(file, 0, 40);
  const auto text = text_of(head);
  if (text.size() >= 12 && text.substr(8, 4) == "WAVE") {
    const auto id = text.substr(0, 4);
    const auto end = number(head, 4, 4, false) + 8;
    if (id == "RIFF") return Kind{{}, 12, end, false};
    if (id == "RF64" || id == "BW64") return Kind{{}, 12, end, true};
  }
  if (text.size() == 40 && text.starts_with("riff\x2E\x91\xCF\x11") && text.substr(24, 4) == "wave") {
    return Kind{{false, true}, 40, number(head, 16, 8, false), false};
  }
  return std::nullopt;
}

/// What writers put where they cannot know the length yet: 32 bits of ones or nearly (ffmpeg), 2 GiB less one
/// (LAME) or about that, and what no file can have (RF64, Wave64).
bool is_placeholder(std::uint64_t size) {
  constexpr std::array<std::uint64_t, 3> known = {0x7FFFF000, 0x7FFFFFFF, 0x80000000};
  return (size >= 0xFFFFFF00 && size <= 0xFFFFFFFF) || size >= std::uint64_t{1} << 62 ||
         std::ranges::find(known, size) != known.end();
}

class WavReader {
 public:
  WavReader(const PositionedBytes& file, const std::string& name, const Kind& kind)
      : file_(file), name_(name), kind_(kind) {}

  std::optional<PcmHeader> read() {
    std::optional<std::int64_t> at = kind_.first_chunk;
    for (int count = 0; at && count < most_chunks; ++count) {
      const bool past_end = static_cast<std::uint64_t>(*at) >= kind_.end;
      if (data_ && past_end) break;
      const auto step = chunk_at(file_, kind_.dialect, *at);
      if (!step) break;
      at = step->next;
      take(step->chunk);
      if (foreign_) return std::nullopt;
      if (data_ && !size_) break;
    }
    if (!has_format_) refuse(name_, "a WAV file without a format (fmt) chunk");
    if (!data_) refuse(name_, "a WAV file without a data chunk");
    header_.region.offset = data_->begin;
    measure_samples(header_, size_, file_.size);
    return header_;
  }

 private:
  void take(const Chunk& chunk) {
    if (chunk.id == "ds64") {
      if (const auto content = read_chunk(file_, chunk, 24); content.size() == 24) {
        kind_.end = std::min(number(content, 0, 8, false), std::numeric_limits<std::uint64_t>::max() - 8) + 8;
        ds64_size_ = number(content, 8, 8, false);
      }
    } else if (chunk.id == "fmt ") {
      if (has_format_) refuse(name_, "a WAV file with two format (fmt) chunks");
      const auto format = read_wav_format(read_chunk(file_, chunk, 40), name_);
      has_format_ = true;
      foreign_ = !format;
      if (format) take_format(*format);
    } else if (chunk.id == "data") {
      take_data(chunk);
    } else if (chunk.id == "LIST" || chunk.id == "list") {
      const auto list = read_chunk(file_, chunk, text_left_);
      text_left_ -= list.size();
      take_list(list);
    }
  }

  void take_format(PcmFormat format) {
    if (format.channel_mask != 0 && std::popcount(format.channel_mask) != format.channels) {
      header_.warnings.push_back(fmt::format("names {} speakers for {} channels, which are left out",
                                             std::popcount(format.channel_mask), format.channels));
      format.channel_mask = 0;
    }
    header_.region.format = format;
  }

  void take_data(const Chunk& chunk) {
    if (data_) {
      header_.warnings.emplace_back("has a second data chunk, which is left out");
      return;
    }
    data_ = chunk;
    size_ = chunk.size;
    const auto left = static_cast<std::uint64_t>(file_.size - chunk.begin);
    if (kind_.has_ds64 && chunk.size == in_ds64) {
      if (!ds64_size_) refuse(name_, "an RF64 file without the sizes (ds64) chunk");
      size_ = ds64_size_;
    }
    if (*size_ == 0 ? !chunk_follows(chunk.begin) : *size_ > left && is_placeholder(*size_)) {
      size_.reset();
    } else if (!kind_.dialect.wave64 && !kind_.has_ds64 && left - std::min(left, chunk.size) > in_ds64) {
      header_.warnings.emplace_back(
          "is longer than its header can say; all up to its end is taken for samples");
      size_.reset();
    }
  }

  /// Whether a data chunk of size 0 is empty, rather than a stream's whose writer never came back.
  [[nodiscard]] bool chunk_follows(std::int64_t at) const {
    const auto step = chunk_at(file_, kind_.dialect, at);
    return step && step->chunk.size <= static_cast<std::uint64_t>(file_.size - step->chunk.begin) &&
           std::ranges::all_of(step->chunk.id, [](char c) { return c >= ' ' && c <= '~'; });
  }

  void take_list(const Bytes& list) {
    if (list.size() < 4 || text_of(std::span(list).first(4)) != "INFO") return;
    const std::span all(list);
    for (std::size_t at = 4; at + 8 <= list.size();) {
      const auto size = std::min<std::uint64_t>(number(list, at + 4, 4, false), list.size() - at - 8);
      const auto name = text_of(all.subspan(at, 4));
      if (name != "ISFT") add_tag(header_.tags, name, all.subspan(at + 8, size));  // what wrote this file
      at += 8 + size + size % 2;
    }
  }

  const PositionedBytes& file_;
  const std::string& name_;
  Kind kind_;
  PcmHeader header_;
  std::optional<std::uint64_t> ds64_size_;
  std::optional<Chunk> data_;
  std::optional<std::uint64_t> size_;
  std::size_t text_left_ = most_text;
  bool has_format_ = false;
  bool foreign_ = false;
};

}  // namespace

std::optional<PcmHeader> read_wav_header(const PositionedBytes& file, const std::string& name) {
  const auto kind = kind_of(file);
  if (!kind) return std::nullopt;
  return WavReader(file, name, *kind).read();
}

}  // namespace mpienc::input
