#include "mpi_transport_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mpi_transport_session.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::net {
namespace {

Bytes& buffer_of(Transfer& transfer) {
  return transfer.kind == Transfer::Kind::receive ? transfer.arrival->frame : transfer.bytes;
}

}  // namespace

void check_mpi(int code, const char* what, int peer) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  const auto where = peer < 0 ? std::string("other ranks") : fmt::format("rank {}", peer);
  throw Error(ExitStatus::cluster,
              fmt::format("MPI failed to {} {}: {}; check that all hosts are up", what, where, text));
}

void Requests::send(int to, Bytes frame) {
  MPI_Request request = MPI_REQUEST_NULL;
  const int bytes = static_cast<int>(frame.size());
  const auto link = links_.to(to);
  const int code =
      MPI_Issend(frame.data(), bytes, MPI_BYTE, link.rank, kFrameTag, link.communicator, &request);
  if (deaths_.note(code, to)) return;
  check_mpi(code, "send to", to);
  requests_.push_back(request);
  transfers_.push_back(
      {.kind = Transfer::Kind::send, .peer = to, .arrival = nullptr, .bytes = std::move(frame)});
}

void Requests::receive(int from, MPI_Message& message, Arrival& arrival) {
  auto& frame = arrival.frame;
  MPI_Request request = MPI_REQUEST_NULL;
  const int code = MPI_Imrecv(frame.data(), static_cast<int>(frame.size()), MPI_BYTE, &message, &request);
  if (deaths_.note(code, from)) return;
  check_mpi(code, "receive from", from);
  requests_.push_back(request);
  transfers_.push_back({.kind = Transfer::Kind::receive, .peer = from, .arrival = &arrival, .bytes = {}});
}

void Requests::discard(int from, MPI_Message& message, Bytes buffer) {
  MPI_Request request = MPI_REQUEST_NULL;
  const int code = MPI_Imrecv(buffer.data(), static_cast<int>(buffer.size()), MPI_BYTE, &message, &request);
  if (deaths_.note(code, from)) return;
  check_mpi(code, "receive from", from);
  requests_.push_back(request);
  transfers_.push_back(
      {.kind = Transfer::Kind::discard, .peer = from, .arrival = nullptr, .bytes = std::move(buffer)});
}

std::vector<Transfer> Requests::take_completed() {
  std::vector<int> indices(requests_.size());
  std::vector<MPI_Status> statuses(requests_.size());
  int count = 0;
  const int code = MPI_Testsome(static_cast<int>(requests_.size()), requests_.data(), &count, indices.data(),
                                statuses.data());
  if (code != MPI_SUCCESS && code != MPI_ERR_IN_STATUS) check_mpi(code, "talk to", -1);
  if (count == MPI_UNDEFINED) count = 0;
  indices.resize(static_cast<std::size_t>(count));
  std::vector<Transfer> completed;
  std::vector<int> done;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    auto& transfer = transfers_[static_cast<std::size_t>(indices[i])];
    if (code == MPI_ERR_IN_STATUS && transfer.kind != Transfer::Kind::discard) {
      if (deaths_.note(statuses[i].MPI_ERROR, transfer.peer)) continue;
      check_mpi(statuses[i].MPI_ERROR, "talk to", transfer.peer);
    }
    done.push_back(indices[i]);
    completed.push_back(std::move(transfer));
  }
  std::sort(done.rbegin(), done.rend());
  for (const int index : done) remove(static_cast<std::size_t>(index));
  return completed;
}

void Requests::abandon(int peer, std::vector<Bytes>& keep) {
  for (std::size_t at = transfers_.size(); at-- > 0;) {
    if (transfers_[at].peer != peer) continue;
    keep.push_back(std::move(buffer_of(transfers_[at])));
    remove(at);
  }
}

void Requests::abandon_all(std::vector<Bytes>& keep) {
  for (auto& transfer : transfers_) keep.push_back(std::move(buffer_of(transfer)));
  requests_.clear();
  transfers_.clear();
}

void Requests::remove(std::size_t at) {
  requests_[at] = requests_.back();
  requests_.pop_back();
  std::swap(transfers_[at], transfers_.back());
  transfers_.pop_back();
}

}  // namespace mpienc::net
