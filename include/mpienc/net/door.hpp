#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace mpienc::net {

/// Where a running job is rung at, over TCP.
struct DoorAddress {
  std::vector<std::string>
      hosts;  ///< of one machine: its name and its IPv4 addresses, to be tried in this order
  int port = 0;
};

/// How one guest comes in, once it is its turn.
class Entry {
 public:
  virtual ~Entry() = default;
  /// What the guest has to know for it, in one line.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Whether the guest is in.
  [[nodiscard]] virtual bool done() = 0;
  /// The guest has gone or takes too long: it must not come in any more. True where it is in already.
  [[nodiscard]] virtual bool abandon() = 0;
};

/// Rank 0's door for processes that want to join. A guest says a token of the job, starts its MPI, and waits
/// for its turn: one comes in at a time, through an entry of its own, as Open MPI 4.1.4 mixes up two that
/// connect at once, and an entry whose guest dies halfway never ends (both measured). In a thread of its own.
class Door {
 public:
  /// Makes the entry of the guest that gets this rank.
  using Open = std::function<std::unique_ptr<Entry>(int rank)>;

  /// `first_rank`: of the first guest. `wake`: called once a guest is in. Throws Error(cluster) where nothing
  /// can be listened to.
  Door(std::string token, int first_rank, Open open, std::function<void()> wake);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  [[nodiscard]] const DoorAddress& address() const { return address_; }

 private:
  struct Guest;
  void watch();
  void welcome();
  void make_room();
  void hear(Guest& guest);
  void obey(Guest& guest, const std::string& line);
  void let_in(Guest& guest);
  void look_at(Guest& guest);
  void came_in(Guest& guest);
  void send_off(Guest& guest);

  std::string token_;
  int next_rank_;
  Open open_;
  std::function<void()> wake_;
  DoorAddress address_;
  int listener_ = -1, stop_ = -1;
  std::list<Guest> guests_;
  bool full_ = false;  ///< no descriptor or memory is left for another guest
  std::thread thread_;
};

/// A guest's side of a job's door.
class Doorbell {
 public:
  struct Place {
    int rank = 0;
    std::string entry;  ///< Entry::name()
  };

  /// Rings and says the token. Throws Error(cluster): nobody answers, or it is not that job.
  Doorbell(const DoorAddress& address, const std::string& token);
  ~Doorbell();
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  /// Says that this process is ready, and waits for its turn. Throws Error(cluster) where the job ends or
  /// `patience` does.
  [[nodiscard]] Place wait_for_turn(std::chrono::seconds patience);

 private:
  [[nodiscard]] std::string line(std::chrono::seconds patience);

  int socket_ = -1;
  std::string heard_;
};

}  // namespace mpienc::net
