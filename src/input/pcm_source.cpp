#include "mpienc/input/pcm_source.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "mpienc/av/flac_decoder.hpp"
#include "mpienc/av/pcm_decoder.hpp"
#include "mpienc/input/pcm_file.hpp"
#include "mpienc/input/wav_header.hpp"

namespace mpienc::input {

namespace {

class RawSource final : public PcmSource {
 public:
  RawSource(PcmFile file, PcmHeader header) : file_(std::move(file)) {
    description_.format = header.region.format;
    description_.samples = header.region.samples;
    description_.region = header.region;
    description_.likely_samples = header.region.samples;
    description_.announced = header.announced;
    description_.truncated = header.truncated;
    description_.codec = "pcm";
    description_.tags = std::move(header.tags);
    for (const auto& line : header.warnings) {
      description_.warnings.push_back(fmt::format("{}: {}", file_.name(), line));
    }
  }

  std::size_t read(std::span<std::byte> into) override {
    const auto block = static_cast<std::size_t>(description_.format.block_bytes());
    const auto left = static_cast<std::size_t>(description_.region->samples - at_);
    const auto samples = std::min(left, into.size() / block);
    file_.read_samples(*description_.region, at_, into.first(samples * block));
    at_ += static_cast<std::int64_t>(samples);
    return samples * block;
  }

 private:
  PcmFile file_;
  std::int64_t at_ = 0;
};

/// av::FlacDecoder or av::PcmDecoder.
template <class Decoder>
class DecodedSource final : public PcmSource {
 public:
  explicit DecodedSource(const std::filesystem::path& path) : name_(path.string()), decoder_(path) {
    description_.format = decoder_.format();
    description_.samples = decoder_.samples();
    description_.codec = decoder_.codec();
    description_.least_samples = decoder_.least_samples();
    if (const auto line = decoder_.contradiction(); !line.empty()) {
      description_.warnings.push_back(fmt::format("{}: {}", name_, line));
    }
    description_.likely_samples = decoder_.likely_samples();
    description_.stored_md5 = decoder_.stored_md5();
    description_.tags = decoder_.tags();
    description_.pictures = decoder_.pictures();
  }

  std::size_t read(std::span<std::byte> into) override {
    const auto bytes = decoder_.read(into);
    bytes_ += static_cast<std::int64_t>(bytes);
    const auto block = static_cast<std::size_t>(description_.format.block_bytes());
    if (!ended_ && bytes < into.size() / block * block) end();
    return bytes;
  }

 private:
  void end() {
    ended_ = true;
    description_.decode_errors = decoder_.errors();
    const auto samples = bytes_ / description_.format.block_bytes();
    const bool whole = description_.samples && samples >= *description_.samples;
    if (const auto errors = decoder_.errors(); errors > 0 && !whole) {
      warn(fmt::format("{} of its packets cannot be decoded and their samples are missing", errors));
    } else if (description_.samples && !whole) {
      warn(fmt::format("is cut off: {} of {} samples are there, and these are taken", samples,
                       *description_.samples));
    } else if (decoder_.truncated() && !whole) {
      warn(fmt::format("cannot be read to its end: {} samples are there, and these are taken", samples));
    }
  }
  void warn(const std::string& line) {
    description_.truncated = true;
    description_.warnings.push_back(fmt::format("{}: {}", name_, line));
  }

  std::string name_;
  Decoder decoder_;
  std::int64_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace

Bytes PcmSource::next(std::int64_t samples) {
  const auto block = description_.format.block_bytes();
  if (samples < 0 || samples > std::numeric_limits<std::int64_t>::max() / block) {
    throw Error(ExitStatus::internal, "an impossible number of samples was asked for");
  }
  if (description_.region) samples = std::min(samples, description_.region->samples);
  Bytes bytes(static_cast<std::size_t>(samples * block));
  bytes.resize(read(bytes));
  given_ += std::ssize(bytes) / block;
  return bytes;
}

std::unique_ptr<PcmSource> open_pcm_source(const std::filesystem::path& path) {
  // A pipe can be read once only, and a folder gets its line from the decoder.
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) {
    PcmFile file(path);
    auto header = read_wav_header(file.bytes(), file.name());
    if (!header) header = read_aiff_header(file.bytes(), file.name());
    if (header) return std::make_unique<RawSource>(std::move(file), std::move(*header));
  }
  if (av::FlacDecoder::is_flac(path)) return std::make_unique<DecodedSource<av::FlacDecoder>>(path);
  return std::make_unique<DecodedSource<av::PcmDecoder>>(path);
}

}  // namespace mpienc::input
