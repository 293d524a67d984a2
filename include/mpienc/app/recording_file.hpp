#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "mpienc/app/conversion.hpp"
#include "mpienc/app/md5_thread.hpp"
#include "mpienc/encode/recording.hpp"
#include "mpienc/input/pcm_replay.hpp"
#include "mpienc/output/flac_file.hpp"
#include "mpienc/output/mp3_file.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::app {

/// The file of one recording, from chunks in order. append() and commit() belong to one thread at a time.
class RecordingFile {
 public:
  RecordingFile() = default;
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;
  virtual ~RecordingFile() = default;

  virtual void append(const ChunkResult& result, const std::stop_token& stop) = 0;
  /// Returns the file's bytes.
  virtual std::int64_t commit(bool overwrite, const std::function<void()>& before_rename) = 0;
  [[nodiscard]] virtual FileIdentity identity() const = 0;
  virtual void discard() const noexcept = 0;
};

class FlacRecordingFile final : public RecordingFile {
 public:
  /// `md5` outlives it.
  FlacRecordingFile(const std::filesystem::path& path, FlacHead head, Md5Thread& md5)
      : file_(path, std::move(head)), md5_(md5) {}

  void append(const ChunkResult& result, const std::stop_token&) override {
    file_.append(std::get<FlacChunk>(result.data));
  }
  std::int64_t commit(bool overwrite, const std::function<void()>& before_rename) override {
    return file_.commit(md5_.digest(), overwrite, before_rename);
  }
  [[nodiscard]] FileIdentity identity() const override { return file_.identity(); }
  void discard() const noexcept override { file_.discard(); }

 private:
  output::FlacFile file_;
  Md5Thread& md5_;
};

/// Chunks whose encoder had not caught up with the one before are encoded again here, with more warm-up, from
/// the recording as it is read once more.
class Mp3RecordingFile final : public RecordingFile {
 public:
  Mp3RecordingFile(const std::filesystem::path& path, encode::Mp3Recording recording, const Mp3Stream& stream,
                   const Bytes& id3, std::filesystem::path input);

  void append(const ChunkResult& result, const std::stop_token& stop) override;
  std::int64_t commit(bool overwrite, const std::function<void()>& before_rename) override {
    return file_.commit(overwrite, before_rename);
  }
  [[nodiscard]] FileIdentity identity() const override { return file_.identity(); }
  void discard() const noexcept override { file_.discard(); }

 private:
  [[nodiscard]] Mp3Task task_of(const Mp3Chunk& chunk, std::int64_t own_samples);

  encode::Mp3Recording recording_;
  Mp3Stream stream_;
  plan::Mp3Cutter cutter_;  ///< repeats the cuts
  input::PcmReplay replay_;
  output::Mp3File file_;
};

}  // namespace mpienc::app
