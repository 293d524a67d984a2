#include "mpienc/output/flac_file.hpp"

#include <algorithm>
#include <utility>

#include "mpienc/av/error.hpp"

namespace mpienc::output {

namespace {

// STREAMINFO's fields, RFC 9639, section 8.2; the block's header begins at byte 4 of the file.
constexpr std::size_t frame_sizes_at = 12, total_samples_at = 21, md5_at = 26;
constexpr std::size_t seek_point_size = 18;
constexpr auto placeholder = ~std::uint64_t{0};

std::uint64_t get(const Bytes& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}

void put(Bytes& bytes, std::size_t at, std::size_t size, std::uint64_t value) {
  for (std::size_t i = size; i-- > 0; value >>= 8) bytes[at + i] = static_cast<std::byte>(value & 0xFFU);
}

}  // namespace

FlacFile::FlacFile(const std::filesystem::path& path, FlacHead head)
    : path_(path), head_(std::move(head)), file_(path) {
  write(head_.bytes);
}

void FlacFile::write(std::span<const std::byte> bytes) {
  const int code = file_.write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  if (code >= 0) return;
  if (code == AVERROR(ENOSPC) || code == AVERROR(EDQUOT)) {
    throw Error(ExitStatus::output, path_.string() + ": no space left; free some or choose another folder");
  }
  av::check(code, ExitStatus::output, path_.string() + ": cannot write");
}

void FlacFile::append(const FlacChunk& chunk) {
  if (chunk.index != next_chunk_++ || samples_ % head_.block_samples != 0) {
    throw Error(ExitStatus::internal, path_.string() + ": chunks of a FLAC file came out of order");
  }
  write(chunk.frames);
  auto left = chunk.samples;
  for (const auto size : chunk.sizes) {
    const auto samples = std::min<std::int64_t>(left, head_.block_samples);
    left -= samples;
    add_frame(size, samples);
  }
}

/// Points in this frame move to its first sample, as in libFLAC's write_frame_(); those behind the end of
/// shortened audio stay as they were planned.
void FlacFile::add_frame(std::uint32_t size, std::int64_t samples) {
  for (; next_seek_point_ < head_.seek_points; ++next_seek_point_) {
    const auto at = static_cast<std::size_t>(head_.seek_table) +
                    static_cast<std::size_t>(next_seek_point_) * seek_point_size;
    if (get(head_.bytes, at, 8) >= static_cast<std::uint64_t>(samples_ + samples)) break;
    put(head_.bytes, at, 8, static_cast<std::uint64_t>(samples_));
    put(head_.bytes, at + 8, 8, static_cast<std::uint64_t>(frame_bytes_));
    put(head_.bytes, at + 16, 2, static_cast<std::uint64_t>(samples));
  }
  smallest_frame_ = std::min(smallest_frame_, size);
  largest_frame_ = std::max(largest_frame_, size);
  samples_ += samples;
  frame_bytes_ += size;
}

void FlacFile::patch_stream_info(const std::array<std::byte, 16>& md5) {
  put(head_.bytes, frame_sizes_at, 3, smallest_frame_);
  put(head_.bytes, frame_sizes_at + 3, 3, largest_frame_);
  constexpr std::uint64_t width_bits = std::uint64_t{0xF} << 36;
  const auto known = get(head_.bytes, total_samples_at, 5) & width_bits;
  const auto total = static_cast<std::uint64_t>(samples_);
  put(head_.bytes, total_samples_at, 5, known | (total >> 36 == 0 ? total : 0));
  std::ranges::copy(md5, head_.bytes.begin() + md5_at);
}

/// Of several points in one frame one stays; placeholders fill up the end.
void FlacFile::patch_seek_table() {
  const auto first = static_cast<std::size_t>(head_.seek_table);
  const auto count = static_cast<std::size_t>(head_.seek_points);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = [&](std::size_t point) { return first + point * seek_point_size; };
    const auto sample = get(head_.bytes, at(i), 8);
    if (sample != placeholder && kept > 0 && sample == get(head_.bytes, at(kept - 1), 8)) continue;
    const auto from = head_.bytes.begin() + static_cast<std::ptrdiff_t>(at(i));
    std::copy_n(from, seek_point_size, head_.bytes.begin() + static_cast<std::ptrdiff_t>(at(kept++)));
  }
  for (; kept < count; ++kept) {
    const auto at = first + kept * seek_point_size;
    put(head_.bytes, at, 8, placeholder);
    put(head_.bytes, at + 8, 8, 0);
    put(head_.bytes, at + 16, 2, 0);
  }
}

std::int64_t FlacFile::commit(const std::array<std::byte, 16>& md5, bool overwrite,
                              const std::function<void()>& before_rename) {
  patch_stream_info(md5);
  if (head_.seek_points > 0) patch_seek_table();
  if (const auto position = file_.seek(0, SEEK_SET); position < 0) {
    av::check(static_cast<int>(position), ExitStatus::output, path_.string() + ": cannot write its head");
  }
  write(head_.bytes);
  return file_.commit(overwrite, before_rename);
}

}  // namespace mpienc::output
