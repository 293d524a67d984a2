#include "wav_format.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "pcm_chunks.hpp"

namespace mpienc::input {

namespace {

constexpr std::uint64_t integer_samples = 1;
constexpr std::uint64_t extensible = 0xFFFE;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Error(ExitStatus::input,
              fmt::format("{}: its WAV header {}; export the recording again", name, what));
}

/// KSDATAFORMAT_SUBTYPE_*: all but the first two bytes, which are the format tag.
bool is_wave_subtype(std::span<const std::byte> guid) {
  constexpr unsigned char rest[] = {0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71};
  return std::equal(guid.begin() + 2, guid.end(), std::begin(rest), std::end(rest),
                    [](std::byte a, unsigned char b) { return std::to_integer<unsigned char>(a) == b; });
}

}  // namespace

std::optional<PcmFormat> read_wav_format(std::span<const std::byte> fmt, const std::string& name) {
  if (fmt.size() < 16) refuse(name, fmt::format("is too short ({} bytes of format)", fmt.size()));
  const auto field = [&](std::size_t at, std::size_t size) { return number(fmt, at, size, false); };
  const auto tag = field(0, 2);
  const auto channels = field(2, 2);
  const auto rate = field(4, 4);
  const auto block = field(12, 2);
  const auto container = field(14, 2);
  auto valid = container;
  std::uint64_t mask = 0;
  if (tag == extensible) {
    if (fmt.size() < 40)
      refuse(name, fmt::format("is too short ({} bytes of extensible format)", fmt.size()));
    const auto guid = fmt.subspan(24, 16);
    if (!is_wave_subtype(guid) || number(guid, 0, 2, false) != integer_samples) return std::nullopt;
    // Some writers leave the number of valid bits at zero and mean all of them.
    if (const auto bits = field(18, 2); bits != 0) valid = bits;
    mask = field(20, 4);
    // As flac does: one speaker in the middle, two at the sides.
    if (mask == 0 && channels <= 2) mask = channels == 1 ? 0x4 : 0x3;
  } else if (tag != integer_samples) {
    return std::nullopt;
  }
  if (channels == 0) refuse(name, "says 0 channels");
  if (rate == 0 || rate > std::numeric_limits<std::int32_t>::max())
    refuse(name, fmt::format("says {} Hz", rate));
  if (container == 0 || container > 32 || container % 8 != 0) {
    // Without an extension nothing says at which end of its bytes a sample of 12 bits lies.
    refuse(name, fmt::format("says samples of {} bits where only 8, 16, 24 and 32 are defined", container));
  }
  if (valid < 4 || valid > container) {
    refuse(name, fmt::format("says {} valid bits in samples of {} bits", valid, container));
  }
  if (block != channels * container / 8) {
    refuse(name,
           fmt::format("says blocks of {} bytes for {} channels of {} bits", block, channels, container));
  }
  PcmFormat format;
  format.rate = static_cast<std::int32_t>(rate);
  format.channels = static_cast<std::int32_t>(channels);
  format.bits = static_cast<std::int32_t>(valid);
  format.bytes = static_cast<std::int32_t>(container / 8);
  format.shift = static_cast<std::int32_t>(container - valid);
  format.is_signed = container > 8;
  format.channel_mask = static_cast<std::uint32_t>(mask);
  return format;
}

}  // namespace mpienc::input
