#include "mpienc/net/mpi_transport.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <deque>
#include <list>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mpi_transport_deaths.hpp"
#include "mpi_transport_join.hpp"
#include "mpi_transport_requests.hpp"
#include "mpi_transport_session.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/net/frame.hpp"
#include "mpienc/net/outbox.hpp"
#include "mpienc/net/watchdog.hpp"

namespace mpienc::net {
namespace {

/// Messages held for the caller and frames accepted at a time; beyond them the senders wait.
constexpr std::size_t kMaxReady = 64;
constexpr std::size_t kMaxOfJoined = 8;
constexpr int kRoundsPerReceive = 16;
/// A transfer that has not moved for this many polls waits for a slow or dead peer: no hurry then.
constexpr int kStalledPolls = 200;

}  // namespace

struct MpiTransport::Impl {
  struct Inbox {
    explicit Inbox(int from) : assembler(from) {}
    FrameAssembler assembler;
    std::list<Arrival> arrivals;  ///< in the order of sending
  };
  Impl(MpiSession& owner, MPI_Comm all, int own_rank, int ranks)
      : session(owner),
        links(all),
        rank(own_rank),
        size(ranks),
        started_ranks(ranks),
        watchdog(fmt::format(
            "mpienc: error: rank {}: MPI has not returned for 10 s; check that all hosts are up", own_rank)),
        deaths(all),
        requests(links, deaths) {}

  void add_link(int peer, MPI_Comm own) {
    MPI_Comm_set_errhandler(own, MPI_ERRORS_RETURN);
    links.add(peer, own);
    deaths.add_joined(peer);
  }

  void recycle(Bytes&& bytes) {
    if (spare.size() < kMaxReady) spare.push_back(std::move(bytes));
  }

  Bytes buffer() {
    if (spare.empty()) return {};
    Bytes bytes = std::move(spare.back());
    spare.pop_back();
    return bytes;
  }

  void send_next_frame(int to, Outbox& outbox) {
    Bytes frame = buffer();
    outbox.next(frame);
    requests.send(to, std::move(frame));
  }

  void frame_sent(int to) {
    const auto found = outboxes.find(to);
    if (found->second.empty()) {
      outboxes.erase(found);
    } else {
      send_next_frame(to, found->second);
    }
  }

  void accept_arrivals() {
    if (ready.size() >= kMaxReady) return;
    const auto most = kMaxReady - ready.size();
    if (links.all() != MPI_COMM_NULL) accept_arrivals(links.all(), -1, most);
    for (const auto& [peer, own] : links.joined()) {
      if (!forgotten.contains(peer)) accept_arrivals(own, peer, std::min(most, kMaxOfJoined));
    }
  }

  /// `joined`: the one peer of that communicator; below 0: any.
  void accept_arrivals(MPI_Comm communicator, int joined, std::size_t most) {
    for (std::size_t count = 0; count < most; ++count) {
      int found = 0;
      MPI_Message message = MPI_MESSAGE_NULL;
      MPI_Status status;
      const int code =
          MPI_Improbe(joined < 0 ? MPI_ANY_SOURCE : 0, kFrameTag, communicator, &found, &message, &status);
      if (deaths.note(code, joined)) return;
      check_mpi(code, "hear from", joined);
      if (found == 0) return;
      int bytes = 0;
      MPI_Get_count(&status, MPI_BYTE, &bytes);
      accept(joined < 0 ? status.MPI_SOURCE : joined, message, static_cast<std::size_t>(bytes));
    }
  }

  void accept(int from, MPI_Message& message, std::size_t bytes) {
    Bytes frame = buffer();
    frame.resize(bytes);
    if (forgotten.contains(from)) {
      requests.discard(from, message, std::move(frame));
      return;
    }
    auto& arrivals = inboxes.try_emplace(from, from).first->second.arrivals;
    arrivals.push_back({.frame = std::move(frame), .complete = false});
    requests.receive(from, message, arrivals.back());
  }

  void assemble(int from) {
    auto& inbox = inboxes.at(from);
    while (!inbox.arrivals.empty() && inbox.arrivals.front().complete) {
      auto& frame = inbox.arrivals.front().frame;
      if (auto message = inbox.assembler.add(frame)) ready.push_back({from, std::move(*message)});
      recycle(std::move(frame));
      inbox.arrivals.pop_front();
    }
  }

  void handle(Transfer& transfer) {
    switch (transfer.kind) {
      case Transfer::Kind::send:
        bytes_sent += static_cast<std::int64_t>(transfer.bytes.size() - sizeof(FrameHeader));
        recycle(std::move(transfer.bytes));
        frame_sent(transfer.peer);
        break;
      case Transfer::Kind::receive:
        transfer.arrival->complete = true;
        assemble(transfer.peer);
        break;
      case Transfer::Kind::discard: recycle(std::move(transfer.bytes)); break;
    }
  }

  /// Returns whether any frame moved.
  bool progress() {
    accept_arrivals();
    std::vector<Transfer> completed;
    if (!requests.empty()) completed = requests.take_completed();
    for (auto& transfer : completed) handle(transfer);
    for (const int rank_lost : deaths.take()) {
      dead.insert(rank_lost);
      cut_off(rank_lost);
    }
    return !completed.empty();
  }

  void cut_off(int lost) {
    if (lost == rank || !forgotten.insert(lost).second) return;
    session.impl_->after_fault = true;
    requests.abandon(lost, session.impl_->abandoned);
    outboxes.erase(lost);
    inboxes.erase(lost);
  }

  void forget(int lost) {
    if (lost == rank) return;
    cut_off(lost);
    std::erase_if(ready, [lost](const Incoming& incoming) { return incoming.from == lost; });
  }

  MpiSession& session;
  Links links;
  int rank;
  int size;
  int started_ranks;  ///< those of the job's own mpirun
  Watchdog watchdog;
  Deaths deaths;
  Requests requests;
  std::set<int> dead, forgotten;
  std::unordered_map<int, Outbox> outboxes;  ///< of the peers with something in flight
  std::unordered_map<int, Inbox> inboxes;
  std::deque<Incoming> ready;
  std::vector<Bytes> spare;
  std::int64_t bytes_sent = 0;
  int polls_without_move = kStalledPolls;
  std::shared_ptr<Arrived> arrived = std::make_shared<Arrived>();
  std::optional<Door> door;
};

MpiTransport::MpiTransport(MpiSession& session)
    : impl_(std::make_unique<Impl>(session, *session.impl_->communicator, session.rank(), session.size())) {}

MpiTransport::MpiTransport(MpiSession& session, const Doorbell::Place& place)
    : impl_(std::make_unique<Impl>(session, MPI_COMM_NULL, place.rank, place.rank + 1)) {
  session.impl_->guest = session.impl_->after_fault = true;
  impl_->add_link(0, connect_to(place.entry));
}

MpiTransport::~MpiTransport() {
  if (!impl_->session.impl_) return;
  impl_->requests.abandon_all(impl_->session.impl_->abandoned);
}

int MpiTransport::rank() const { return impl_->rank; }
int MpiTransport::size() const { return impl_->size; }

void MpiTransport::send(int to, Message message) {
  if (to < 0 || to >= impl_->size) {
    throw Error(ExitStatus::internal,
                fmt::format("message to rank {} of a job of {} ranks", to, impl_->size));
  }
  if (to == impl_->rank) {
    impl_->ready.push_back({to, std::move(message)});
    return;
  }
  if (impl_->forgotten.contains(to)) return;
  const Watchdog::Call call(impl_->watchdog);
  const auto [place, idle] = impl_->outboxes.try_emplace(to);
  place->second.add(std::move(message));
  if (!idle) return;
  impl_->polls_without_move = 0;
  impl_->send_next_frame(to, place->second);
}

std::optional<Incoming> MpiTransport::receive() {
  const Watchdog::Call call(impl_->watchdog);
  for (int round = 0; round < kRoundsPerReceive; ++round) {
    const bool moved = impl_->progress();
    impl_->polls_without_move = moved ? 0 : std::min(impl_->polls_without_move + 1, kStalledPolls);
    if (!moved || !impl_->ready.empty()) break;
  }
  if (impl_->ready.empty()) return std::nullopt;
  Incoming incoming = std::move(impl_->ready.front());
  impl_->ready.pop_front();
  return incoming;
}

void MpiTransport::forget(int rank) { impl_->forget(rank); }

void MpiTransport::leave(int status, std::chrono::milliseconds limit) {
  auto& session = *impl_->session.impl_;
  if (session.after_fault) return;
  impl_->requests.abandon_all(session.abandoned);
  impl_->session.finalize(status, limit);
}

bool MpiTransport::dead(int rank) const { return impl_->dead.contains(rank); }

bool MpiTransport::transferring() const {
  return impl_->polls_without_move < (impl_->requests.empty() ? 2 : kStalledPolls);
}

bool MpiTransport::flushed() const { return impl_->outboxes.empty(); }

bool MpiTransport::flushed_to(int rank) const { return !impl_->outboxes.contains(rank); }

std::optional<DoorAddress> MpiTransport::open_door(const std::string& token, std::function<void()> wake) {
  if (boost::mpi::environment::thread_level() < boost::mpi::threading::multiple) return std::nullopt;
  const auto open = [session = impl_->session.impl_.get(), arrived = impl_->arrived](int rank) {
    session->after_fault = true;
    return make_entry(rank, arrived);
  };
  return impl_->door.emplace(token, impl_->size, open, std::move(wake)).address();
}

void MpiTransport::close_door() { impl_->door.reset(); }

std::vector<int> MpiTransport::take_joined() {
  std::vector<int> ranks;
  for (const auto& [rank, communicator] : impl_->arrived->take()) {
    impl_->add_link(rank, communicator);
    impl_->size = rank + 1;
    ranks.push_back(rank);
  }
  return ranks;
}

bool MpiTransport::direct(int rank) const { return rank < impl_->started_ranks; }

std::int64_t MpiTransport::bytes_sent() const { return impl_->bytes_sent; }

}  // namespace mpienc::net
