#pragma once

#include <deque>
#include <optional>

#include "mpienc/net/frame.hpp"

namespace mpienc::net {

/// What one peer is still to be sent, frame by frame: in the order of add(), but short messages that
/// may_overtake() go before the next frame of any other.
class Outbox {
 public:
  void add(Message message);
  [[nodiscard]] bool empty() const { return !current_ && urgent_.empty() && waiting_.empty(); }
  /// Replaces `frame` with the next one. Must not be called when empty().
  void next(Bytes& frame);

 private:
  std::deque<Message> urgent_, waiting_;
  std::optional<FrameSplitter> current_;  ///< has begun and is not done
};

}  // namespace mpienc::net
