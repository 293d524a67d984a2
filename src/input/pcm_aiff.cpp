#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "mpienc/input/wav_header.hpp"
#include "pcm_chunks.hpp"

namespace mpienc::input {

namespace {

constexpr int most_chunks = 1000;
constexpr std::size_t most_text = 1 << 20;  // bytes of tags, so that no header costs more memory

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Error(ExitStatus::input, fmt::format("{}: {}; export the recording again", name, what));
}

/// An IEEE 754 extended number of 80 bits, as AIFF writes its rate.
double extended(std::span<const std::byte> bytes) {
  const auto head = static_cast<int>(number(bytes, 0, 2, true));
  const auto mantissa = static_cast<double>(number(bytes, 2, 8, true));
  const double value = std::ldexp(mantissa, (head & 0x7FFF) - 16383 - 63);
  return (head & 0x8000) != 0 ? -value : value;
}

struct Common {
  PcmFormat format;
  std::uint64_t samples = 0;
};

/// A COMM chunk's content; none where an AIFC file's samples are not integers, or not of these kinds.
std::optional<Common> read_common(std::span<const std::byte> comm, bool aifc, const std::string& name) {
  if (comm.size() < (aifc ? 22U : 18U)) refuse(name, "its AIFF header is too short");
  Common common;
  bool little_endian = false;
  if (aifc) {
    const auto kind = text_of(comm.subspan(18, 4));
    little_endian = kind == "sowt";
    if (!little_endian && kind != "NONE" && kind != "twos") return std::nullopt;
  }
  const auto channels = number(comm, 0, 2, true);
  const auto bits = number(comm, 6, 2, true);
  const double rate = extended(comm.subspan(8, 10));
  if (channels == 0) refuse(name, "its AIFF header says 0 channels");
  if (bits < 4 || bits > 32) refuse(name, fmt::format("its AIFF header says samples of {} bits", bits));
  if (!(rate >= 1 && rate <= std::numeric_limits<std::int32_t>::max())) {
    refuse(name, fmt::format("its AIFF header says {} Hz", rate));
  }
  common.samples = number(comm, 2, 4, true);
  common.format.rate = static_cast<std::int32_t>(std::lround(rate));
  common.format.channels = static_cast<std::int32_t>(channels);
  common.format.bits = static_cast<std::int32_t>(bits);
  common.format.bytes = static_cast<std::int32_t>((bits + 7) / 8);
  common.format.shift = 8 * common.format.bytes - common.format.bits;
  common.format.big_endian = !little_endian;
  return common;
}

}  // namespace

std::optional<PcmHeader> read_aiff_header(const PositionedBytes& file, const std::string& name) {
  const auto text = text_of(read_bytes(file, 0, 12));
  if (text.size() < 12 || text.substr(0, 4) != "FORM") return std::nullopt;
  const bool aifc = text.substr(8, 4) == "AIFC";
  if (!aifc && text.substr(8, 4) != "AIFF") return std::nullopt;

  PcmHeader header;
  std::optional<Common> common;
  std::optional<std::uint64_t> size;
  bool has_samples = false;
  std::size_t text_left = most_text;
  std::optional<std::int64_t> at = 12;
  for (int count = 0; at && count < most_chunks; ++count) {
    const auto step = chunk_at(file, {.big_endian = true}, *at);
    if (!step) break;
    const Chunk& chunk = step->chunk;
    at = step->next;
    if (chunk.id == "COMM" && !common) {
      common = read_common(read_chunk(file, chunk, 22), aifc, name);
      if (!common) return std::nullopt;
    } else if (chunk.id == "SSND" && !has_samples) {
      const auto head = read_chunk(file, chunk, 8);
      if (head.size() < 8) refuse(name, "an AIFF file whose sample (SSND) chunk is cut off");
      const auto skip = 8 + number(head, 0, 4, true);
      has_samples = true;
      header.region.offset = chunk.begin + static_cast<std::int64_t>(skip);
      const bool streamed = chunk.size == 0 || chunk.size == 0xFFFFFFFF;
      if (!streamed && chunk.size < skip) refuse(name, "an AIFF file whose samples begin after their chunk");
      if (!streamed) size = chunk.size - skip;
    } else if (chunk.id == "NAME" || chunk.id == "AUTH" || chunk.id == "(c) " || chunk.id == "ANNO") {
      const auto content = read_chunk(file, chunk, text_left);
      text_left -= content.size();
      add_tag(header.tags, chunk.id, content);
    }
  }
  if (!common) refuse(name, "an AIFF file without a format (COMM) chunk");
  header.region.format = common->format;
  // A recording of no samples needs no sample chunk.
  if (!has_samples && common->samples == 0) size = 0;
  if (!has_samples && common->samples > 0) refuse(name, "an AIFF file without a sample (SSND) chunk");
  measure_samples(header, size, file.size);
  const auto promised = static_cast<std::int64_t>(common->samples);
  if (size && !header.truncated && promised != header.region.samples && promised != 0) {
    header.warnings.push_back(
        fmt::format("says {} samples but holds {}, which are taken", promised, header.region.samples));
  }
  return header;
}

}  // namespace mpienc::input
