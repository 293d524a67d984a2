#include "mpienc/app/audio_work.hpp"

#include <utility>

namespace mpienc::app {

WholeAudio::WholeAudio(const av::Stream& source, const encode::AudioSettings& settings,
                       std::optional<OutputThread>& output)
    : output_(output), track_(source, settings, [this](av::Packet packet) {
        output_->write(output_track_, std::move(packet));
      }) {}

void WholeAudio::finish(PlanOrder::Place) {
  if (auto extradata = track_.finish()) output_->update_extradata(output_track_, std::move(*extradata));
  output_->end(output_track_);
}

}  // namespace mpienc::app
