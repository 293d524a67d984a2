#include "mpienc/app/recording_file.hpp"

#include <limits>
#include <utility>

#include "mpienc/core/error.hpp"
#include "mpienc/encode/mp3_chunk.hpp"

namespace mpienc::app {

using Outcome = output::Mp3Join::Outcome;

Mp3RecordingFile::Mp3RecordingFile(const std::filesystem::path& path, encode::Mp3Recording recording,
                                   const Mp3Stream& stream, const Bytes& id3, std::filesystem::path input)
    : recording_(recording),
      stream_(stream),
      cutter_(stream),
      replay_(std::move(input)),
      file_(path, stream, id3) {}

Mp3Task Mp3RecordingFile::task_of(const Mp3Chunk& chunk, std::int64_t own_samples) {
  const auto samples = chunk.last ? chunk.first_frame * stream_.samples_per_frame + own_samples
                                  : std::numeric_limits<std::int64_t>::max();
  const auto task = cutter_.next(samples, chunk.last);
  if (!task || task->index != chunk.index || task->last != chunk.last) {
    throw Error(ExitStatus::internal, "an MP3 chunk that was never cut");
  }
  return *task;
}

void Mp3RecordingFile::append(const ChunkResult& result, const std::stop_token& stop) {
  const auto& chunk = std::get<Mp3Chunk>(result.data);
  if (stream_.joining == Mp3Joining::whole) {
    static_cast<void>(file_.add(chunk));
    return;
  }
  auto task = task_of(chunk, result.units);
  auto outcome = file_.add(chunk);
  while (outcome == Outcome::again && !stop.stop_requested()) {
    task = plan::with_more_warm_up(task, stream_);
    const auto pcm = replay_.samples(task.first_sample, task.samples);
    const auto again = encode::encode_mp3_chunk(task, recording_.settings, recording_.format, pcm, stop);
    if (!stop.stop_requested()) outcome = file_.add(again);
  }
}

}  // namespace mpienc::app
