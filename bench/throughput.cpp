// Prints the rate of payloads sent from rank 1 to rank 0 and the median time of a small message there
// and back. Usage: mpirun -n 2 throughput [megabytes]

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "mpienc/net/mpi_transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace {

using namespace mpienc::net;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

Incoming wait_for_message(Transport& transport) {
  Wakeup wakeup;
  Backoff backoff;
  for (;;) {
    if (auto incoming = transport.receive()) return std::move(*incoming);
    wakeup.wait_for(next_wait(transport, backoff));
  }
}

Message message(Operation operation, std::size_t size) {
  return {.operation = operation,
          .chunk = 0,
          .attempt = 0,
          .payload = std::make_shared<const mpienc::Bytes>(size, std::byte{1})};
}

void measure(Transport& transport, std::size_t bytes) {
  std::vector<double> round_trips;
  for (int i = 0; i < 200; ++i) {
    const auto start = Clock::now();
    transport.send(1, message(Operation::task, 100));
    static_cast<void>(wait_for_message(transport));
    round_trips.push_back(Seconds(Clock::now() - start).count());
  }
  std::nth_element(round_trips.begin(), round_trips.begin() + 100, round_trips.end());
  const auto start = Clock::now();
  transport.send(1, message(Operation::quit, 0));
  static_cast<void>(wait_for_message(transport));
  const double rate = static_cast<double>(bytes) / Seconds(Clock::now() - start).count();
  fmt::print("there and back {:.2f} ms, {:.0f} MB/s\n", 1e3 * round_trips[100], rate / 1e6);
}

void answer(Transport& transport, std::size_t bytes) {
  bool quit = false;
  while (!quit) {
    const auto incoming = wait_for_message(transport);
    quit = incoming.message.operation == Operation::quit;
    transport.send(0, message(Operation::result, quit ? bytes : 100));
  }
  Wakeup wakeup;
  Backoff backoff;
  while (!transport.flushed()) {
    static_cast<void>(transport.receive());
    wakeup.wait_for(next_wait(transport, backoff));
  }
}

}  // namespace

int main(int argc, char** argv) {
  MpiSession session(argc, argv);
  const std::size_t bytes = 1'000'000 * static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 200);
  if (session.size() > 1) {
    MpiTransport transport(session);
    if (session.rank() == 0) measure(transport, bytes);
    if (session.rank() == 1) answer(transport, bytes);
  }
  session.finalize(0);
}
