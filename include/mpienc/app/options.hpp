#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mpienc/app/batch_options.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/sched/policy.hpp"

namespace mpienc::app {

/// This release; a test holds it equal to the version in CMakeLists.txt.
inline constexpr std::string_view version = "0.1.0";

/// What becomes of a chunk that the codec crashes on again and again.
enum class OnBadChunk {
  fail,  ///< the job ends with ExitStatus::codec
  copy,  ///< the source's packets go into the output, where they can; else as skip
  skip,  ///< its pictures are left out
};

/// The command line as values; see `mpienc --help` and `mpienc batch --help`.
struct Options {
  std::vector<std::string> command_line;
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path output;  ///< empty with plan_only
  bool plan_only = false;
  bool overwrite = false;
  Verbosity verbosity = Verbosity::normal;
  std::vector<std::string> maps;  ///< ffmpeg's stream specifiers, e.g. "0:a:1", "a:m:language:eng"
  std::optional<double> chunk_seconds;
  int max_chunk_mb = 128;    ///< of packets; beyond, without a safe point, rank 0 decodes
  std::optional<int> lanes;  ///< per rank
  sched::Strategy schedule = sched::Strategy::steal;
  std::filesystem::path journal_folder;  ///< where the journal lies; empty: beside the output
  bool journal = true;
  bool restart = false;    ///< forget what an earlier run left in the journal
  bool shared_fs = false;  ///< ranks read their own ranges of the input
  bool isolate = false;    ///< every chunk in a process of its own
  OnBadChunk on_bad_chunk = OnBadChunk::fail;
  bool status = true;            ///< tell in a file beside the output how the job is
  std::filesystem::path record;  ///< run record to write; empty: none

  std::string video_codec = "libx264";  ///< or "copy"
  std::optional<double> crf;
  std::string preset, tune, profile, pix_fmt;
  std::string encoder_options;  ///< "key=value:..."
  std::string simd = "avx2";    ///< avx2 or sse2: fixed, as output bytes depend on it

  std::string audio_codec = "libmp3lame";  ///< for .flac outputs flac, unless named
  std::optional<std::int64_t> audio_bit_rate;
  std::optional<double> audio_quality;
  std::string audio_options;                      ///< of an MP3, "key=value:..."
  std::optional<int> compression, block_samples;  ///< of a FLAC file, as the next two
  bool exhaustive_search = false, precision_search = false;

  std::optional<BatchOptions> batch;  ///< of mpienc batch: `output` is a folder
};

/// Throws Error(usage) with one line that names the option and, for an unknown one, the nearest.
/// Returns nothing after it has printed --help or --version.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv);

/// mpienc's version and those of the codec libraries it runs with, one per line. Two ranks whose texts
/// differ may encode the same chunk to different bytes.
[[nodiscard]] std::string version_text();

}  // namespace mpienc::app
