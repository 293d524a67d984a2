#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace mpienc::app {

/// Which chunks may be what crashes codecs or ranks. Pure: told who runs what, it counts strikes. A rank that
/// is lost accuses what it ran itself, not what ran apart from it in a process of its own. A chunk is bad at
/// its second strike where one of them is the codec's: ranks that are lost for reasons of their own do not
/// drop a picture.
class Suspects {
 public:
  struct Strike {
    int rank = 0;
    std::string what;  ///< one line of the codec's; empty: the rank was lost
    [[nodiscard]] bool lost() const { return what.empty(); }
  };
  /// By chunk, in order.
  struct Loss {
    std::vector<int> held;     ///< by the rank, begun or perhaps begun: to be kept apart from now on
    std::vector<int> running;  ///< of these, what it is known to have begun itself: a strike each
  };

  /// `apart`: it is to run in a process of its own.
  void assigned(int chunk, int rank, bool apart = false) { held_[chunk][rank].apart = apart; }
  void started(int chunk, int rank) { held_[chunk][rank].begun = true; }
  /// The rank has nothing more to do with it.
  void dropped(int chunk, int rank);
  /// Its result is there: forgotten.
  void finished(int chunk);
  /// The codec crashed or gave up; `what` is not empty.
  void failed(int chunk, int rank, const std::string& what);
  Loss rank_lost(int rank);
  /// In order: it accuses nothing.
  void left(int rank);

  [[nodiscard]] bool bad(int chunk) const;
  [[nodiscard]] const std::vector<Strike>& strikes(int chunk) const;

 private:
  struct Held {
    bool begun = false, apart = false;
  };
  std::map<int, std::map<int, Held>> held_;  ///< by chunk and rank
  std::map<int, std::vector<Strike>> strikes_;
};

}  // namespace mpienc::app
