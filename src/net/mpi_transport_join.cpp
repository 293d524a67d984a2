#include "mpi_transport_join.hpp"

#include <array>
#include <thread>

#include "mpi_transport_requests.hpp"
#include "mpienc/net/watchdog.hpp"

namespace mpienc::net {
namespace {

constexpr int longest_connecting = 30;

class MpiEntry final : public Entry {
 public:
  MpiEntry(int rank, std::string port, std::shared_ptr<Arrived> arrived)
      : accepting_(std::make_shared<Accepting>()) {
    accepting_->port = std::move(port);
    std::thread([accepting = accepting_, rank, arrived = std::move(arrived)] {
      MPI_Comm guest = MPI_COMM_NULL;
      if (MPI_Comm_accept(accepting->port.c_str(), MPI_INFO_NULL, 0, MPI_COMM_SELF, &guest) != MPI_SUCCESS)
        return;
      const std::lock_guard lock(accepting->mutex);
      if (accepting->abandoned) return;
      accepting->done = true;
      arrived->add(rank, guest);
    }).detach();
  }

  [[nodiscard]] std::string name() const override { return accepting_->port; }
  [[nodiscard]] bool done() override {
    const std::lock_guard lock(accepting_->mutex);
    return accepting_->done;
  }
  [[nodiscard]] bool abandon() override {
    const std::lock_guard lock(accepting_->mutex);
    accepting_->abandoned = true;
    return accepting_->done;
  }

 private:
  struct Accepting {
    std::string port;
    std::mutex mutex;
    bool done = false, abandoned = false;
  };
  std::shared_ptr<Accepting> accepting_;
};

}  // namespace

void Arrived::add(int rank, MPI_Comm communicator) {
  const std::lock_guard lock(mutex_);
  ranks_.emplace_back(rank, communicator);
}

std::deque<std::pair<int, MPI_Comm>> Arrived::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ranks_, {});
}

std::unique_ptr<Entry> make_entry(int rank, std::shared_ptr<Arrived> arrived) {
  std::array<char, MPI_MAX_PORT_NAME + 1> port{};
  if (MPI_Open_port(MPI_INFO_NULL, port.data()) != MPI_SUCCESS) return nullptr;
  return std::make_unique<MpiEntry>(rank, port.data(), std::move(arrived));
}

MPI_Comm connect_to(const std::string& entry) {
  Watchdog watchdog(
      "mpienc: error: the job cannot be joined: MPI_Comm_connect has not come back for 30 s; check that "
      "MPI's "
      "network leads from here to rank 0 and to the host of mpienc launch",
      longest_connecting);
  const Watchdog::Call call(watchdog);
  MPI_Comm job = MPI_COMM_NULL;
  check_mpi(MPI_Comm_connect(entry.c_str(), MPI_INFO_NULL, 0, MPI_COMM_SELF, &job), "connect to", 0);
  return job;
}

}  // namespace mpienc::net
