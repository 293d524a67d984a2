#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace mpienc::app {

/// Which chunks may be what crashes codecs or ranks. Pure: told who runs what, it counts strikes. A chunk is bad at
/// its second strike where one of them is the codec's, or at its third lost rank: two ranks that are lost for
/// reasons of their own accuse nobody.
class Suspects {
 public:
  struct Strike {
    int rank = 0;
    std::string what;    ///< one line of the codec's; empty: the rank was lost
    [[nodiscard]] bool lost() const { return what.empty(); }
  };
  /// By chunk, in order.
  struct Loss {
    std::vector<int> held;     ///< by the rank, begun or perhaps begun: to be kept apart from now on
    std::vector<int> running;  ///< of these, what it is known to have begun: a strike each
  };

  void assigned(int chunk, int rank) { held_[chunk][rank] |= false; }
  void started(int chunk, int rank) { held_[chunk][rank] = true; }
  /// The rank has nothing more to do with it.
  void dropped(int chunk, int rank);
  /// Its result is there: forgotten.
  void finished(int chunk);
  /// The codec crashed or gave up; `what` is not empty.
  void failed(int chunk, int rank, const std::string& what);
  Loss rank_lost(int rank);

  [[nodiscard]] bool bad(int chunk) const;
  [[nodiscard]] const std::vector<Strike>& strikes(int chunk) const;

 private:
  std::map<int, std::map<int, bool>> held_;  ///< by chunk and rank: whether begun
  std::map<int, std::vector<Strike>> strikes_;
};

}  // namespace mpienc::app
