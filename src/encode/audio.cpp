#include "mpienc/encode/audio.hpp"

#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/encode/audio_paths.hpp"

namespace mpienc::encode {
namespace {

class CpuMeter {
 public:
  explicit CpuMeter(double& total) : total_(total), begin_(thread_cpu_seconds()) {}
  ~CpuMeter() { total_ += thread_cpu_seconds() - begin_; }
  CpuMeter(const CpuMeter&) = delete;
  CpuMeter& operator=(const CpuMeter&) = delete;

 private:
  double& total_;
  double begin_;
};

}  // namespace

AudioTrack::AudioTrack(const av::Stream& source, const AudioSettings& settings, Sink sink)
    : path_(settings.codec == "copy" ? make_copied_audio(source, std::move(sink))
                                     : make_transcoded_audio(source, settings, std::move(sink))) {}

AudioTrack::~AudioTrack() = default;

const av::Stream& AudioTrack::stream() const { return path_->stream(); }

void AudioTrack::push(const AVPacket& packet) {
  const CpuMeter meter(path_->counts.cpu_seconds);
  if (packet.size > 0) path_->push(packet);
}

void AudioTrack::advance(Ticks now) {
  const CpuMeter meter(path_->counts.cpu_seconds);
  path_->advance(now);
}

std::optional<Bytes> AudioTrack::finish() {
  const CpuMeter meter(path_->counts.cpu_seconds);
  return path_->finish();
}

AudioTrack::Counts AudioTrack::counts() const { return path_->counts; }

}  // namespace mpienc::encode
