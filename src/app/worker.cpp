#include "mpienc/app/worker.hpp"

#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "mpienc/app/digest_thread.hpp"
#include "mpienc/app/marker.hpp"
#include "mpienc/app/tree_check.hpp"
#include "mpienc/net/exit_timer.hpp"
#include "mpienc/net/heartbeat.hpp"
#include "mpienc/net/lease.hpp"
#include "mpienc/net/receive_until.hpp"
#include "worker_lanes.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;
using net::Operation;
/// Before its first heartbeat rank 0 may be opening inputs from a slow disk.
constexpr auto longest_start = std::chrono::minutes(5);
/// Rank 0 may have to wait for its own encoders before it can answer a failure by `quit`.
constexpr auto longest_until_quit = std::chrono::seconds(60);
constexpr auto farewell = std::chrono::seconds(5);
/// Rank 0 says bye only after its own wait for the slowest rank.
constexpr auto longest_until_bye = std::chrono::seconds(10);
constexpr auto longest_finalize = std::chrono::seconds(5);
/// One frame of a slow encoder may take longer: then the lanes are left behind.
constexpr auto longest_joining = std::chrono::milliseconds(500);
/// A lane that writes a file has its temporary name to take away.
constexpr auto longest_tidying = std::chrono::milliseconds(5000);

class Worker {
 public:
  Worker(net::Transport& transport, net::Wakeup& wakeup, Logger* own_log)
      : transport_(transport), wakeup_(wakeup), own_log_(own_log), lanes_(transport, wakeup) {}

  ExitStatus run(const StopSignal& signal, const Hello& hello) {
    ExitStatus status = ExitStatus::success;
    try {
      work(signal, hello);
      if (alone_) {
        status = ExitStatus::cluster;
        if (own_log_ != nullptr) own_log_->error("rank 0 has fallen silent: this process leaves its job");
      }
    } catch (const Error& error) {
      status = error.status();
      if (!refused_) send(Operation::failed, -1, 0, Failure{status, error.what()}.serialise());
      if (own_log_ != nullptr) own_log_->error(error.what());
    } catch (const std::exception& error) {
      status = ExitStatus::internal;
      send(Operation::failed, -1, 0, Failure{status, error.what()}.serialise());
    }
    leave(status);
    return status;
  }

 private:
  void work(const StopSignal& signal, const Hello& hello) {
    send(Operation::hello, -1, 0, hello.serialise());
    net::Backoff backoff;
    while (!quit_ && !alone_) {
      if (signal.received()) {
        throw Error(ExitStatus::interrupted,
                    fmt::format("rank {} on {} was told to stop; nothing was written", transport_.rank(),
                                hello.host));
      }
      bool active = false;
      while (!quit_) {
        auto incoming = transport_.receive();
        if (!incoming) break;
        active = true;
        heard(*incoming);
        handle(*incoming);
      }
      alone_ = lease_.expired(Clock::now()) || transport_.dead(0);
      while (lanes_.send_event()) active = true;
      while (send_digest(hello)) active = true;
      beat();
      if (active) backoff.reset();
      if (!quit_ && !alone_) wakeup_.wait_for(net::next_wait(transport_, backoff, longest_wait()));
    }
  }

  /// What comes while all lanes are busy is for later, but for steals and cancels, which are rare.
  [[nodiscard]] net::Wait longest_wait() const {
    const bool patient = lanes_.full() && transport_.flushed() && !digest_;
    return patient ? net::Backoff::kPatient : net::Backoff::kLongest;
  }

  /// Goes on receiving to the end: a rank that is still sending to this one could not leave otherwise.
  void leave(ExitStatus status) {
    lanes_.stop();
    if (!alone_ && !refused_) say_goodbye();
    if (!dismissed_ || before_others_) transport_.forget(0);
    transport_.leave(process_status(status), longest_finalize);
    const auto patience = lanes_.writes_files() ? longest_tidying : longest_joining;
    const net::ExitTimer timer(patience, process_status(status));
    lanes_.close();
    digest_.reset();
  }

  void say_goodbye() {
    const auto discard = [this](const net::Incoming& incoming) { handle_while_leaving(incoming); };
    const auto wait = [&](std::chrono::milliseconds limit, const std::function<bool()>& done) {
      net::receive_until(
          transport_, wakeup_, limit, [&] { return done() || transport_.dead(0); }, discard);
    };
    wait(longest_until_quit, [this] { return quit_ || dismissed_; });
    wait(farewell, [this] { return transport_.flushed() || dismissed_; });
    said_bye_ = true;
    transport_.send(0, {Operation::bye, -1, 0, nullptr});
    wait(longest_until_bye, [this] { return dismissed_ && transport_.flushed(); });
  }

  void send(Operation operation, int chunk, int attempt, Bytes payload) {
    transport_.send(0, {operation, chunk, attempt, std::make_shared<const Bytes>(std::move(payload))});
  }

  void heard(const net::Incoming& incoming) {
    if (incoming.from != 0) return;
    lease_.renew();
    if (incoming.message.operation == Operation::heartbeat) lease_.set_limit(coordinator_lease_);
  }

  void handle(const net::Incoming& incoming) {
    const auto& [from, message] = incoming;
    if (message.damaged) {
      handle_damaged(message);
      return;
    }
    switch (message.operation) {
      case Operation::setup: open_lanes(Setup::parse(message.bytes())); break;
      case Operation::look: look(message); break;
      case Operation::task:
        if (!lanes_.is_open() && from == 0) {
          throw Error(ExitStatus::cluster, "a chunk came before its settings; run one version on all hosts");
        }
        lanes_.take(message);
        break;
      case Operation::steal: lanes_.give(message); break;
      case Operation::cancel: lanes_.cancel(message.chunk); break;
      case Operation::digest: digest(message); break;
      case Operation::lost: transport_.forget(LostRank::parse(message.bytes()).rank); break;
      case Operation::failed: refused(message);
      case Operation::quit:
        quit_ = true;
        before_others_ = message.payload != nullptr;
        break;
      case Operation::bye: quit_ = dismissed_ = true; break;
      default: break;
    }
  }

  [[noreturn]] void refused(const net::Message& message) {
    refused_ = true;
    const auto failure = Failure::parse(message.bytes());
    throw Error(failure.status, failure.line);
  }

  void handle_damaged(const net::Message& message) {
    switch (message.operation) {
      case Operation::setup:
        throw Error(ExitStatus::cluster,
                    fmt::format("the settings for rank {} arrived damaged; check its network, "
                                "then start again",
                                transport_.rank()));
      case Operation::task:
        transport_.send(0, {Operation::damaged, message.chunk, message.attempt, nullptr});
        break;
      case Operation::steal:
        transport_.send(0, {Operation::kept, message.chunk, message.attempt, nullptr});
        break;
      case Operation::digest: transport_.send(0, {Operation::digest, message.chunk, 0, nullptr}); break;
      case Operation::look: transport_.send(0, {Operation::seen, -1, 0, nullptr}); break;
      default: break;
    }
  }

  void handle_while_leaving(const net::Incoming& incoming) {
    const auto& message = incoming.message;
    switch (message.operation) {
      case Operation::steal:
        if (!said_bye_) transport_.send(0, {Operation::kept, message.chunk, message.attempt, nullptr});
        break;
      case Operation::lost:
        if (!message.damaged) transport_.forget(LostRank::parse(message.bytes()).rank);
        break;
      case Operation::quit: quit_ = true; break;
      case Operation::bye: dismissed_ = true; break;
      default: break;
    }
  }

  void look(const net::Message& message) {
    ByteWriter answer;
    answer.put_string(look_at(TreeSample::parse(message.bytes())));
    send(Operation::seen, -1, 0, answer.take());
  }

  void open_lanes(Setup setup) {
    coordinator_lease_ = setup.lease;
    lanes_.open(setup.lanes, std::move(setup.settings));
  }

  void digest(const net::Message& message) {
    if (!digest_) digest_.emplace([this] { wakeup_.notify(); });
    digest_->submit(message.chunk, DigestStep::parse(message.bytes()));
  }

  bool send_digest(const Hello& hello) {
    auto event = digest_ ? digest_->try_event() : std::nullopt;
    if (!event) return false;
    if (const auto* failure = std::get_if<LaneFailure>(&event->outcome)) {
      throw Error(failure->status,
                  fmt::format("rank {} on {}: {}", transport_.rank(), hello.host, failure->line));
    }
    send(Operation::digest, event->chunk, 0, std::get<Bytes>(std::move(event->outcome)));
    return true;
  }

  void beat() {
    if (!lanes_.is_open()) return;
    heart_.beat(transport_, {0}, Clock::now(), [this] {
      ByteWriter writer;
      writer.put(lanes_.frames());
      return writer.take();
    });
  }

  net::Transport& transport_;
  net::Wakeup& wakeup_;
  Logger* own_log_;
  WorkerLanes lanes_;
  std::optional<DigestThread> digest_;
  net::Heartbeat heart_;
  net::Lease lease_{longest_start};
  Clock::duration coordinator_lease_ = kCoordinatorLease;
  bool alone_ = false;          ///< rank 0 is gone
  bool refused_ = false;        ///< by a job that is not joined so
  bool before_others_ = false;  ///< the job goes on without this rank
  bool quit_ = false, said_bye_ = false, dismissed_ = false;
};

}  // namespace

ExitStatus run_worker(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
                      const Hello& hello, Logger* own_log) {
  return Worker(transport, wakeup, own_log).run(signal, hello);
}

}  // namespace mpienc::app
