#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "mpienc/app/audio_outlet.hpp"
#include "mpienc/app/audio_thread.hpp"
#include "mpienc/app/chunk_outlet.hpp"
#include "mpienc/app/chunk_sink.hpp"
#include "mpienc/app/output_thread.hpp"
#include "mpienc/app/video_path.hpp"

namespace mpienc::app {

/// A container with a video track of chunks, if any, and audio tracks of chunks or encoded beside them.
class FilmSink final : public ChunkSink {
 public:
  /// All outlive it; `joiner` is null without video to encode.
  FilmSink(OutputThread& output, const VideoPath& video, output::VideoJoiner* joiner,
           const std::vector<std::unique_ptr<AudioThread>>& audio);

  void planned(const PlannedChunk& chunk) override;
  [[nodiscard]] Replacement replace(const encode::Task& task, OnBadChunk choice) override;
  void release(std::shared_ptr<const ChunkResult> result) override;
  void finish() override;
  [[nodiscard]] std::int64_t backlog() const override { return output_.backlog(); }
  [[nodiscard]] bool rest_ended() const override;
  void rethrow() const override;
  std::int64_t commit(const std::function<void()>& before_rename) override {
    return output_.commit(before_rename);
  }
  void discard() const noexcept override { output_.discard(); }

 private:
  OutputThread& output_;
  const VideoPath& video_;
  [[nodiscard]] AudioOutlet* outlet_of(int chunk);

  std::optional<ChunkOutlet> outlet_;
  std::map<int, AudioOutlet> audio_outlets_;  ///< by track of the output
  const std::vector<std::unique_ptr<AudioThread>>& audio_;
};

}  // namespace mpienc::app
