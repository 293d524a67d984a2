// Prints the share of a core that each rank uses while it waits as the event loop does.
// Usage: mpirun -n N idle_wait [seconds]

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>

#include "mpienc/net/mpi_transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  mpienc::net::MpiSession session(argc, argv);
  {
    const std::chrono::seconds duration(argc > 1 ? std::atoi(argv[1]) : 5);
    mpienc::net::MpiTransport transport(session);
    mpienc::net::Wakeup wakeup;
    mpienc::net::Backoff backoff;
    const double cpu = cpu_seconds();
    const auto start = Clock::now();
    while (Clock::now() - start < duration) {
      static_cast<void>(transport.receive());
      wakeup.wait_for(next_wait(transport, backoff));
    }
    const double wall = std::chrono::duration<double>(Clock::now() - start).count();
    fmt::print("rank {}: {:.2f} % of a core\n", session.rank(), 100 * (cpu_seconds() - cpu) / wall);
  }
  session.finalize(0);
}
