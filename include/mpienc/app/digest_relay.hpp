#pragma once

#include <functional>
#include <map>

#include "mpienc/app/digest_thread.hpp"
#include "mpienc/av/pcm_md5.hpp"
#include "mpienc/encode/task.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/sched/digest_order.hpp"

namespace mpienc::app {

/// Rank 0's hand on the MD5 of a recording that the ranks read themselves: its state goes from rank to rank,
/// and each takes in what it has just encoded. One thread.
class DigestRelay {
 public:
  /// `transport` outlives it; `wake` is called from a thread of its own.
  DigestRelay(net::Transport& transport, const PcmFormat& format, std::function<void()> wake);

  /// Every chunk, in order; its samples are a range of a file.
  void planned(int chunk, const encode::Task& task);
  /// As sched::DigestOrder.
  void encoded(int chunk, std::optional<int> rank) { order_.encoded(chunk, rank); }
  void lost(int rank) { order_.lost(rank); }
  /// A `digest` message. False where it arrived damaged, on either way: the step is repeated.
  [[nodiscard]] bool take(int from, const net::Message& message);
  /// Begins what can be begun; whether something has happened. Throws what went wrong on rank 0.
  bool look();
  [[nodiscard]] bool idle() const { return order_.idle(); }
  /// Of all chunks, once the job has encoded them and this is idle; from any thread.
  [[nodiscard]] av::Md5Digest digest() const;

 private:
  void begin(const sched::DigestOrder::Step& step);
  void ended(const sched::DigestOrder::Step& step, std::span<const std::byte> state);

  net::Transport& transport_;
  sched::DigestOrder order_;
  std::map<int, FileRange> ranges_;  ///< by chunk that is not in
  Bytes state_;
  DigestThread own_;
};

}  // namespace mpienc::app
