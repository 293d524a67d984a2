#pragma once

#include "mpienc/app/output_thread.hpp"
#include "mpienc/input/program.hpp"

namespace mpienc::app {

/// The output track for --video-codec copy: the source's parameters and side data as they are.
[[nodiscard]] av::Stream copied_video(const input::Program& program);

/// Passes video packets to the output as they are, with dts that rise. Error(input) for streams whose
/// container gives no presentation times.
class VideoCopy {
 public:
  VideoCopy(const av::Stream& source, OutputThread& output, int track);
  void push(av::Packet packet);
  void finish();

 private:
  OutputThread& output_;
  int track_;
  bool reorders_;
  MaybeTicks last_dts_;
};

}  // namespace mpienc::app
