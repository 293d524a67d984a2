#include "mpienc/net/mpi_transport.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <deque>
#include <list>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mpi_transport_session.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/net/frame.hpp"
#include "mpienc/net/outbox.hpp"

namespace mpienc::net {
namespace {

constexpr int kTag = 0;
/// Messages held for the caller and frames accepted at a time; beyond them the senders wait.
constexpr std::size_t kMaxReady = 64;
constexpr int kRoundsPerReceive = 16;
/// A transfer that has not moved for this many polls waits for a slow or dead peer: no hurry then.
constexpr int kStalledPolls = 200;

void check(int code, const char* what, int peer) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  const auto where = peer < 0 ? std::string("other ranks") : fmt::format("rank {}", peer);
  throw Error(ExitStatus::cluster,
              fmt::format("MPI failed to {} {}: {}; check that all hosts are up", what, where, text));
}

}  // namespace

struct MpiTransport::Impl {
  struct Arrival {
    Bytes frame;
    bool complete = false;
  };
  struct Inbox {
    explicit Inbox(int from) : assembler(from) {}
    FrameAssembler assembler;
    std::list<Arrival> arrivals;  ///< in the order of sending
  };
  struct Transfer {
    int peer;
    Arrival* arrival;  ///< null: a send
    Bytes sent;
  };

  explicit Impl(MpiSession& owner)
      : session(owner), communicator(*owner.impl_->communicator), rank(owner.rank()), size(owner.size()) {}

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
    Transfer transfer{.peer = to, .arrival = nullptr, .sent = buffer()};
    outbox.next(transfer.sent);
    MPI_Request request = MPI_REQUEST_NULL;
    check(MPI_Issend(transfer.sent.data(), static_cast<int>(transfer.sent.size()), MPI_BYTE, to, kTag,
                     communicator, &request),
          "send to", to);
    requests.push_back(request);
    transfers.push_back(std::move(transfer));
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
    for (std::size_t count = ready.size(); count < kMaxReady; ++count) {
      int found = 0;
      MPI_Message message = MPI_MESSAGE_NULL;
      MPI_Status status;
      check(MPI_Improbe(MPI_ANY_SOURCE, kTag, communicator, &found, &message, &status), "hear from", -1);
      if (found == 0) return;
      int bytes = 0;
      MPI_Get_count(&status, MPI_BYTE, &bytes);
      const int from = status.MPI_SOURCE;
      auto& arrivals = inboxes.try_emplace(from, from).first->second.arrivals;
      auto& arrival = arrivals.emplace_back(Arrival{.frame = buffer(), .complete = false});
      arrival.frame.resize(static_cast<std::size_t>(bytes));
      MPI_Request request = MPI_REQUEST_NULL;
      check(MPI_Imrecv(arrival.frame.data(), bytes, MPI_BYTE, &message, &request), "receive from", from);
      requests.push_back(request);
      transfers.push_back(Transfer{.peer = from, .arrival = &arrival, .sent = {}});
    }
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

  /// Takes what MPI has completed out of requests and transfers.
  std::vector<Transfer> take_completed() {
    std::vector<int> indices(requests.size());
    std::vector<MPI_Status> statuses(requests.size());
    int count = 0;
    const int code = MPI_Testsome(static_cast<int>(requests.size()), requests.data(), &count, indices.data(),
                                  statuses.data());
    if (code != MPI_SUCCESS && code != MPI_ERR_IN_STATUS) check(code, "talk to", -1);
    if (count == MPI_UNDEFINED) count = 0;
    indices.resize(static_cast<std::size_t>(count));
    std::vector<Transfer> completed;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      auto& transfer = transfers[static_cast<std::size_t>(indices[i])];
      if (code == MPI_ERR_IN_STATUS) check(statuses[i].MPI_ERROR, "talk to", transfer.peer);
      completed.push_back(std::move(transfer));
    }
    std::sort(indices.rbegin(), indices.rend());
    for (const int index : indices) {
      const auto at = static_cast<std::size_t>(index);
      requests[at] = requests.back();
      requests.pop_back();
      std::swap(transfers[at], transfers.back());
      transfers.pop_back();
    }
    return completed;
  }

  /// Returns whether any frame moved.
  bool progress() {
    accept_arrivals();
    if (requests.empty()) return false;
    auto completed = take_completed();
    for (auto& transfer : completed) {
      if (transfer.arrival != nullptr) {
        transfer.arrival->complete = true;
        assemble(transfer.peer);
      } else {
        bytes_sent += static_cast<std::int64_t>(transfer.sent.size() - sizeof(FrameHeader));
        recycle(std::move(transfer.sent));
        frame_sent(transfer.peer);
      }
    }
    return !completed.empty();
  }

  MpiSession& session;
  MPI_Comm communicator;
  int rank;
  int size;
  std::vector<MPI_Request> requests;  ///< requests[i] belongs to transfers[i]
  std::vector<Transfer> transfers;
  std::unordered_map<int, Outbox> outboxes;  ///< of the peers with something in flight
  std::unordered_map<int, Inbox> inboxes;
  std::deque<Incoming> ready;
  std::vector<Bytes> spare;
  std::int64_t bytes_sent = 0;
  int polls_without_move = kStalledPolls;
};

MpiTransport::MpiTransport(MpiSession& session) : impl_(std::make_unique<Impl>(session)) {}

MpiTransport::~MpiTransport() {
  if (!impl_->session.impl_) return;
  auto& abandoned = impl_->session.impl_->abandoned;
  for (auto& transfer : impl_->transfers) {
    abandoned.push_back(std::move(transfer.arrival != nullptr ? transfer.arrival->frame : transfer.sent));
  }
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
  const auto [place, idle] = impl_->outboxes.try_emplace(to);
  place->second.add(std::move(message));
  if (!idle) return;
  impl_->polls_without_move = 0;
  impl_->send_next_frame(to, place->second);
}

std::optional<Incoming> MpiTransport::receive() {
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

bool MpiTransport::transferring() const {
  return impl_->polls_without_move < (impl_->requests.empty() ? 2 : kStalledPolls);
}

bool MpiTransport::flushed() const { return impl_->outboxes.empty(); }

std::int64_t MpiTransport::bytes_sent() const { return impl_->bytes_sent; }

}  // namespace mpienc::net
