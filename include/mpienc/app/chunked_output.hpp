#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "mpienc/app/digested_source.hpp"
#include "mpienc/app/output_journals.hpp"
#include "mpienc/app/pcm_cutter.hpp"
#include "mpienc/app/recording_file.hpp"
#include "mpienc/collection/result.hpp"
#include "mpienc/convert/format.hpp"

namespace mpienc::app {

/// What the end of an input tells of an output that is made of its chunks.
struct ChunkedEnding {
  std::int32_t chunks = 0;
  std::int64_t samples = 0;  ///< per channel
  std::string fault;         ///< of the input, one line; empty: none
};

/// What is there of such an output before its first chunk.
struct ChunkedBeginning {
  std::unique_ptr<RecordingFile> file;
  collection::Result row;  ///< the names in its result
  /// Becomes true where the output has failed: no more of it is needed.
  std::shared_ptr<std::atomic<bool>> given_up;
  std::shared_ptr<OutputJournal> journal;  ///< may be null
};

/// A FLAC or MP3 file of one long file, as a recording is made: the input, read and cut, and the file that
/// its chunks go to. One thread, but for the file, which is its taker's.
class ChunkedOutput {
 public:
  /// `input`: absolute. `format`: one that can_be_chunked(). `output`: its folder exists. `shared`: all ranks
  /// see the input, so tasks name ranges of samples that lie in it uncompressed. Throws what opening,
  /// settling and RecordingFile's constructors throw.
  ChunkedOutput(std::filesystem::path input, const convert::Format& format,
                const std::filesystem::path& output, bool shared);

  [[nodiscard]] double likely_seconds() const;  ///< PcmDescription::likely_samples; not 0
  /// Once; may outlive this.
  [[nodiscard]] std::unique_ptr<RecordingFile> take_file() { return std::move(file_); }
  /// As PcmCutter's; the index counts this output's chunks.
  [[nodiscard]] std::optional<PlannedChunk> next(const std::stop_token& stop);
  /// CRC-32 of the samples of that chunk, without those around it.
  [[nodiscard]] std::uint32_t samples_crc32() const { return samples_crc32_; }
  /// After next() gave nothing: the file may be committed once it has so many chunks.
  [[nodiscard]] ChunkedEnding end();

 private:
  std::filesystem::path input_;
  DigestedSource source_;
  std::shared_ptr<av::Md5Digest> md5_ = std::make_shared<av::Md5Digest>();
  std::unique_ptr<RecordingFile> file_;
  std::unique_ptr<PcmCutter> cutter_;
  bool ranges_;
  std::int32_t chunks_ = 0;
  std::uint32_t samples_crc32_ = 0;
};

/// Whether the format is made of chunks of such sound: FLAC, and MP3 of one or two channels at a rate that
/// LAME does not change. False as well where its encoder refuses such sound.
[[nodiscard]] bool can_be_chunked(const convert::Format& format, const PcmFormat& sound);

}  // namespace mpienc::app
