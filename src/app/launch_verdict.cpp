#include "mpienc/app/launch.hpp"

namespace mpienc::app {

Verdict judge(const Marker& marker, bool stopped) {
  const bool interrupted = marker.status == ExitStatus::interrupted;
  const bool died = !marker.status || marker.status == ExitStatus::cluster || interrupted;
  if (!died) return {*marker.status, false};
  if (stopped) return {ExitStatus::interrupted, false};
  return {ExitStatus::cluster, true};
}

}  // namespace mpienc::app
