#include "mpienc/app/long_files.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;

/// 4 kbit/s: no music has fewer, and whatever has is soon encoded by one lane.
constexpr double least_bytes_per_second = 500;

/// Nothing where it is short, or no sound.
std::optional<PcmFormat> long_sound(const BatchFile& file, double least_seconds) {
  if (static_cast<double>(file.source.size) < least_bytes_per_second * least_seconds) return std::nullopt;
  try {
    const auto source = input::open_pcm_source(file.source.path);
    const auto& about = source->description();
    const auto seconds = static_cast<double>(about.likely_samples) / about.format.rate;
    return seconds >= least_seconds ? std::optional(about.format) : std::nullopt;
  } catch (const Error&) {
    // Its lane will say what is wrong with it.
    return std::nullopt;
  }
}

}  // namespace

SplitFile split_file(const BatchFile& file, const BatchOptions& options, const fs::path& output, bool fma,
                     double least_seconds) {
  SplitFile split;
  const auto codec = [&](const BatchOutput& made) -> const std::string& {
    return options.targets[static_cast<std::size_t>(made.target)].codec;
  };
  const auto may_be_chunked = [&](const BatchOutput& made) {
    return codec(made) == "flac" || codec(made) == "mp3";
  };
  const auto sound =
      std::ranges::any_of(file.outputs, may_be_chunked) ? long_sound(file, least_seconds) : std::nullopt;
  for (const auto& made : file.outputs) {
    if (!sound || !may_be_chunked(made)) {
      split.whole.push_back(made);
      continue;
    }
    LongOutput chunked;
    chunked.options = options.encoder_options[static_cast<std::size_t>(made.target)];
    chunked.format = convert::parse_format(codec(made), chunked.options);
    chunked.format.flac.fma = fma;
    if (!can_be_chunked(chunked.format, *sound)) {
      split.whole.push_back(made);
      continue;
    }
    chunked.input = fs::absolute(file.source.path);
    chunked.root = output;
    chunked.path = made.path;
    chunked.row.infile = file.source.path;
    chunked.row.outfile = output / made.path;
    chunked.row.format = codec(made);
    split.chunked.push_back(std::move(chunked));
  }
  return split;
}

}  // namespace mpienc::app
