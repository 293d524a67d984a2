#include "mpienc/encode/chunk.hpp"

#include <utility>

#include "mpienc/core/error.hpp"
#include "mpienc/encode/flac_chunk.hpp"
#include "mpienc/encode/mp3_chunk.hpp"
#include "mpienc/encode/video_chunk.hpp"

namespace mpienc::encode {

namespace {

const VideoSettings& video_settings(const Settings& settings) {
  const auto* video = std::get_if<VideoSettings>(&settings);
  if (video == nullptr) throw Error(ExitStatus::internal, "a chunk of video in a job without video");
  return *video;
}

std::span<const std::byte> samples_of(const Pcm& pcm) {
  const auto* samples = std::get_if<SharedBytes>(&pcm);
  if (samples == nullptr) throw Error(ExitStatus::internal, "a chunk whose samples nobody has read");
  return samples->view();
}

template <class Data>
ChunkResult result_of(Data data, std::int64_t samples, std::atomic<std::int64_t>& units) {
  ChunkResult result;
  result.index = data.index;
  result.units = samples;
  result.data = std::move(data);
  units.store(samples, std::memory_order_relaxed);
  return result;
}

}  // namespace

ChunkResult encode_chunk(const Task& task, const Settings& settings, const std::stop_token& stop,
                         std::atomic<std::int64_t>& units) {
  if (const auto* video = std::get_if<VideoTask>(&task)) {
    return ChunkResult(encode_video_chunk(*video, video_settings(settings), stop, units));
  }
  if (const auto* flac = std::get_if<FlacTask>(&task)) {
    const auto& [own, format] = flac->recording;
    return result_of(encode_flac_chunk(own, format, flac->chunk, samples_of(flac->pcm), stop),
                     flac->chunk.samples, units);
  }
  const auto& mp3 = std::get<Mp3PcmTask>(task);
  const auto& [own, format] = mp3.recording;
  return result_of(encode_mp3_chunk(mp3.task, own, format, samples_of(mp3.pcm), stop), mp3.counted_samples(),
                   units);
}

}  // namespace mpienc::encode
