#include "mpienc/convert/flac_source_head.hpp"

#include <array>
#include <fstream>
#include <string_view>

#include "mpienc/core/error.hpp"
#include "mpienc/encode/flac_head.hpp"

namespace mpienc::convert {

namespace {

/// Of a pipe not a byte is taken.
bool is_flac(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::array<char, 4> mark{};
  std::ifstream(path, std::ios::binary).read(mark.data(), mark.size());
  return std::string_view(mark.data(), mark.size()) == "fLaC";
}

}  // namespace

FlacSourceHead flac_source_head(const encode::FlacSettings& settings, const std::filesystem::path& input,
                                const input::PcmDescription& about, std::span<const Tag> tags,
                                std::span<const AttachedPicture> pictures) {
  bool refused = false;
  if (is_flac(input)) {
    try {
      return {encode::flac_head(settings, about.format, encode::read_flac_metadata(input))};
    } catch (const Error&) {
      refused = true;
    }
  }
  if (about.region) return {encode::flac_head(settings, about.format, about.announced), refused};
  return {encode::flac_head(settings, about.format, about.samples.value_or(0),
                            encode::make_flac_blocks(tags, pictures)),
          refused};
}

}  // namespace mpienc::convert
