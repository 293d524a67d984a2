#include "mpi_transport_session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/mpi/exception.hpp>
#include <csignal>
#include <cstdio>

#include "mpienc/core/error.hpp"
#include "mpienc/net/exit_timer.hpp"
#include "mpienc/net/watchdog.hpp"

namespace mpienc::net {
namespace {

/// Hosts may start late; but where a rank dies meanwhile, Open MPI 5 with ULFM waits for it for ever.
constexpr int kLongestStart = 120;

}  // namespace

MpiSession::Impl::Impl(int& argc, char**& argv, boost::mpi::threading::level threads)
    : environment(argc, argv, threads, false) {
  if (boost::mpi::environment::thread_level() < boost::mpi::threading::funneled) {
    throw Error(ExitStatus::cluster,
                "this MPI cannot be used beside threads; use one with MPI_THREAD_FUNNELED");
  }
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
  communicator.emplace(MPI_COMM_WORLD, boost::mpi::comm_duplicate);
  MPI_Comm_set_errhandler(*communicator, MPI_ERRORS_RETURN);
}

MpiSession::MpiSession(int& argc, char**& argv, Joining joining) {
  std::signal(SIGPIPE, SIG_IGN);
  Watchdog watchdog(
      fmt::format("mpienc: error: MPI has not started for {} s; check that all hosts are up", kLongestStart),
      kLongestStart);
  const Watchdog::Call call(watchdog);
  try {
    const auto threads =
        joining == Joining::allowed ? boost::mpi::threading::multiple : boost::mpi::threading::funneled;
    impl_ = std::make_unique<Impl>(argc, argv, threads);
  } catch (const boost::mpi::exception& error) {
    throw Error(ExitStatus::cluster,
                fmt::format("MPI does not start: {}; check the MPI installation", error.what()));
  }
}

MpiSession::~MpiSession() {
  if (impl_) abort(static_cast<int>(ExitStatus::internal));
}

int MpiSession::rank() const { return impl_->communicator->rank(); }
int MpiSession::size() const { return impl_->communicator->size(); }

void MpiSession::finalize(int status, std::chrono::milliseconds limit) {
  if (!impl_) return;
  if (impl_->after_fault) leave_after_fault(status);
  const ExitTimer timer(limit, status);
  impl_->communicator.reset();
  impl_.reset();
}

void MpiSession::leave_after_fault(int status) {
  std::fflush(nullptr);
  if (impl_->guest || rank() != 0) _exit(status);
  abort(status);
}

void MpiSession::leave_alone(int status) {
  std::fflush(nullptr);
  _exit(status);
}

void MpiSession::abort(int status) {
  if (impl_ && impl_->guest) _exit(status);
  const ExitTimer timer(std::chrono::seconds(2), status);
  MPI_Abort(MPI_COMM_WORLD, status);
  _exit(status);
}

}  // namespace mpienc::net
