#pragma once

#include <chrono>
#include <memory>

#include "mpienc/net/door.hpp"
#include "mpienc/net/transport.hpp"

namespace mpienc::net {

/// MPI from start to end; at most one per process, used by the thread that made it. Ignores SIGPIPE,
/// without which the death of a peer would end this process too.
class MpiSession {
 public:
  /// Whether ranks may join later (Transport::open_door): that takes MPI_THREAD_MULTIPLE.
  enum class Joining { none, allowed };

  /// Throws Error(cluster) where MPI cannot be initialised.
  MpiSession(int& argc, char**& argv, Joining joining = Joining::none);
  /// A session that was not finalized ends the whole job by abort(internal).
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;

  /// The clean end: call on every rank once all transports are flushed. Where MPI is not done within
  /// `limit` the process ends by _exit(status). Where a rank was given up by Transport::forget() this is
  /// leave_after_fault(): MPI_Finalize would wait for it for ever. A second call does nothing.
  void finalize(int status, std::chrono::milliseconds limit = std::chrono::seconds(60));
  /// The end after the loss of a rank, once all others were told to leave: ends this process within
  /// some seconds with that status and on rank 0 what is left of the job.
  [[noreturn]] void leave_after_fault(int status);
  /// The end of a process that has joined the job of others, or was to: nobody is waited for.
  [[noreturn]] void leave_alone(int status);
  /// Ends this process within 2 s even where MPI hangs, and with it all ranks of the job; under
  /// `mpirun --enable-recovery` (Open MPI 4.1.4) the other ranks live on and must end by themselves.
  [[noreturn]] void abort(int status);

 private:
  friend class MpiTransport;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Carries messages in frames sent synchronously, one in flight per peer and direction. The session
/// must outlive it. Ranks that join are connected by MPI_Comm_accept and MPI_Comm_connect.
class MpiTransport final : public Transport {
 public:
  explicit MpiTransport(MpiSession& session);
  /// Joins another job as that rank. Throws Error(cluster). From now on this process ends without
  /// MPI_Finalize.
  MpiTransport(MpiSession& session, const Doorbell::Place& place);
  ~MpiTransport() override;
  MpiTransport(const MpiTransport&) = delete;
  MpiTransport& operator=(const MpiTransport&) = delete;

  [[nodiscard]] int rank() const override;
  [[nodiscard]] int size() const override;
  void send(int to, Message message) override;
  [[nodiscard]] std::optional<Incoming> receive() override;
  void forget(int rank) override;
  void leave(int status, std::chrono::milliseconds limit) override;
  [[nodiscard]] bool dead(int rank) const override;
  [[nodiscard]] bool transferring() const override;
  [[nodiscard]] bool flushed() const override;
  [[nodiscard]] bool flushed_to(int rank) const override;
  [[nodiscard]] std::int64_t bytes_sent() const override;
  [[nodiscard]] std::optional<DoorAddress> open_door(const std::string& token,
                                                     std::function<void()> wake) override;
  void close_door() override;
  [[nodiscard]] std::vector<int> take_joined() override;
  [[nodiscard]] bool direct(int rank) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mpienc::net
