#include "mpienc/convert/source_fault.hpp"

#include <fmt/format.h>

#include "mp3_length.hpp"

namespace mpienc::convert {

std::string source_fault(const std::filesystem::path& input, const input::PcmDescription& about,
                         std::int64_t samples, const av::Md5Digest& md5) {
  if (about.truncated && about.decode_errors > 0) {
    return fmt::format("is damaged: {} of its packets cannot be decoded", about.decode_errors);
  }
  const auto least = about.codec == "mp3" ? least_mp3_samples(input).value_or(0) : about.least_samples;
  const auto expected = about.region ? about.announced : about.samples.value_or(least);
  if (expected > samples) return fmt::format("is cut off: {} of {} samples are there", samples, expected);
  if (about.truncated) return fmt::format("is cut off after {} samples", samples);
  if (about.stored_md5 && *about.stored_md5 != md5)
    return "faulty FLAC: its samples have another MD5 than it tells";
  return {};
}

}  // namespace mpienc::convert
