#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mpienc/core/bytes.hpp"
#include "mpienc/net/door.hpp"

namespace mpienc::net {

enum class Operation : std::uint32_t {
  hello,      ///< to rank 0: who the rank is
  setup,      ///< from rank 0: how to encode
  task,       ///< a chunk to encode, from rank 0 or from the rank it was stolen from
  result,     ///< to rank 0: an encoded chunk
  failed,     ///< to rank 0: why a chunk or a rank failed; from rank 0: why one that has joined is not taken
  quit,       ///< from rank 0: stop, send what is on its way, then say bye; with a payload: the job goes on
  heartbeat,  ///< once a second, to rank 0 with the frames so far, from rank 0 without payload
  started,    ///< to rank 0: a lane has begun the chunk
  steal,      ///< from rank 0: pass the chunk on to the rank in the payload
  moved,      ///< to rank 0: it was passed on
  kept,       ///< to rank 0: it had begun, so it stays
  cancel,     ///< from rank 0: the chunk is not needed any more
  bye,        ///< to rank 0: nothing more will come; from rank 0: all have said so, leave
  damaged,    ///< to rank 0: a task arrived damaged and is not held
  lost,       ///< from rank 0: the rank in the payload takes no part any more
  look,       ///< from rank 0: say whether the files in the payload are seen
  seen,       ///< to rank 0: why not, empty where they are
  digest,  ///< from rank 0: take a chunk's samples into a digest; to rank 0: the digest, empty where that was
           ///< damaged
};

/// Whether a short message of this operation may pass longer ones to the same rank that still wait or are
/// being sent. What steers a chunk (steal, cancel) may not: it would arrive before the chunk's task.
[[nodiscard]] constexpr bool may_overtake(Operation operation) {
  return operation == Operation::heartbeat || operation == Operation::started ||
         operation == Operation::digest;
}

/// A framed message: header {operation, chunk, attempt, length, crc} and a payload of any length.
/// The payload is shared so that a chunk may be sent without copying it.
struct Message {
  Operation operation = Operation::heartbeat;
  std::int32_t chunk = -1;
  std::int32_t attempt = 0;              ///< of a task: above 0 it is to be encoded in a process of its own
  std::shared_ptr<const Bytes> payload;  ///< may be null: empty
  bool damaged = false;                  ///< the payload did not arrive as it was sent and is null

  /// Of the payload.
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return payload ? std::span<const std::byte>(*payload) : std::span<const std::byte>();
  }
};

struct Incoming {
  int from = 0;
  Message message;
};

/// Carries messages between ranks in order per pair, but for those that may_overtake(). All calls come from
/// one thread per process and none of them blocks.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Queues the message; a message to the own rank is allowed.
  virtual void send(int to, Message message) = 0;
  /// Moves transfers on and returns the next whole message, if any. Throws Error(cluster) on a frame
  /// whose header is damaged or an MPI error, naming the rank.
  [[nodiscard]] virtual std::optional<Incoming> receive() = 0;
  /// Whether frames are on their way: then the caller polls again soon instead of backing off.
  [[nodiscard]] virtual bool transferring() const = 0;
  /// Gives a lost rank up for good: nothing is sent to it or received from it any more, and what was on
  /// its way is not waited for.
  virtual void forget(int /*rank*/) {}
  /// The end, when the other ranks leave as well: no other call comes after it. MPI ends here, unless a rank
  /// was forgotten: then its session ends it later. Where that takes longer than `limit` the process ends by
  /// _exit(status).
  virtual void leave(int /*status*/, std::chrono::milliseconds /*limit*/) {}
  /// Whether MPI has told that the rank has died: then it is forgotten, but for messages that had arrived
  /// whole. Few MPIs tell, and none of a rank that is only stopped: silence must be watched as well.
  [[nodiscard]] virtual bool dead(int /*rank*/) const { return false; }
  /// Whether everything sent, but to forgotten ranks, has been handed over.
  [[nodiscard]] virtual bool flushed() const = 0;
  /// The same of one rank.
  [[nodiscard]] virtual bool flushed_to(int /*rank*/) const { return flushed(); }
  /// Payload bytes handed over to other ranks so far.
  [[nodiscard]] virtual std::int64_t bytes_sent() const = 0;
  /// Whether messages may arrive without a notify by a thread of this process.
  [[nodiscard]] virtual bool needs_polling() const { return true; }
  /// On rank 0: from now on processes that know the token and where to ring may join; `wake`, from another
  /// thread: one has. Nothing where this transport lets nobody in.
  [[nodiscard]] virtual std::optional<DoorAddress> open_door(const std::string& /*token*/,
                                                             std::function<void()> /*wake*/) {
    return std::nullopt;
  }
  /// Nobody joins any more.
  virtual void close_door() {}
  /// The ranks that have joined since the last call; from now on size() counts them.
  [[nodiscard]] virtual std::vector<int> take_joined() { return {}; }
  /// Whether the rank talks to all others, and not only to rank 0 as those that have joined.
  [[nodiscard]] virtual bool direct(int /*rank*/) const { return true; }
};

}  // namespace mpienc::net
