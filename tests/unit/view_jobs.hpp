#pragma once

#include "mpienc/view/watched_job.hpp"

namespace mpienc::test {

inline report::RankStatus rank(int number, const char* host, double speed, int done) {
  report::RankStatus r;
  r.rank = number;
  r.host = host;
  r.lanes = 2;
  r.state = report::RankState::working;
  r.running = {10 + number, 20 + number};
  r.speed = speed;
  r.done = done;
  return r;
}

inline view::WatchedJob job(const char* name, double fraction, double speed) {
  view::WatchedJob j;
  j.file = std::string("/films/") + name + ".status";
  j.name = name;
  j.status.state = report::JobState::running;
  j.status.output = std::string("/films/") + name;
  j.status.fraction = fraction;
  j.status.eta = 1000 * (1 - fraction);
  j.status.media_total = 100;
  j.status.media_done = 100 * fraction;
  j.status.elapsed = 1000 * fraction;
  j.status.speed = speed;
  j.status.ranks = {rank(0, "node-b", speed / 4, 3), rank(1, "node-a", speed * 3 / 4, 9)};
  return j;
}

}  // namespace mpienc::test
