#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mpienc/app/attendance.hpp"
#include "mpienc/app/job_log.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/app/tree_check.hpp"
#include "mpienc/encode/settings.hpp"
#include "mpienc/net/transport.hpp"

namespace mpienc::app {

/// On what terms ranks may join a job that runs.
struct Admission {
  std::optional<encode::Settings> settings;  ///< nothing where no chunks are encoded: nobody is taken
  std::string simd;
  std::optional<int> lanes;  ///< per rank, as the job's own have them
  std::int64_t bytes_per_lane = 0;
  /// Which files they must see; nothing where tasks carry all. Null: the same.
  std::function<std::optional<TreeSample>()> sample;
};

/// Rank 0's handshake with ranks that join while the job runs: the same hello and setup as at the start, but
/// one that does not fit is sent away and not the job's end.
class Newcomers {
 public:
  /// All outlive it. `team` grows; `lost` gets those that are sent away.
  Newcomers(net::Transport& transport, const Admission& admission, Team& team, const std::set<int>& lost,
            Attendance& attendance, JobLog& log, Logger& logger)
      : transport_(transport),
        admission_(admission),
        team_(team),
        lost_(lost),
        attendance_(attendance),
        log_(log),
        logger_(logger) {}

  /// To be called several times a second. Returns the ranks that take part from now on, with lanes in the
  /// team.
  [[nodiscard]] std::vector<int> look(double now);
  /// Whether the message belongs to the handshake with a rank that joins.
  bool take(const net::Incoming& incoming);
  /// The rank has fallen silent.
  void lost(int rank) {
    pending_.erase(rank);
    std::erase(admitted_, rank);
  }

 private:
  enum class State { hello, sample, refused };
  struct Pending {
    State state = State::hello;
    std::chrono::steady_clock::time_point refused_until;
  };

  void begin(int rank, double now);
  void hear(int rank, const net::Message& message);
  void check(int rank, const Hello& hello) const;
  void admit(int rank);
  void refuse(int rank, const std::string& why);
  [[nodiscard]] int lanes_for(int rank) const;

  net::Transport& transport_;
  const Admission& admission_;
  Team& team_;
  const std::set<int>& lost_;
  Attendance& attendance_;
  JobLog& log_;
  Logger& logger_;
  std::map<int, Pending> pending_;
  std::vector<int> admitted_;
};

}  // namespace mpienc::app
