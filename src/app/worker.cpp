#include "mpienc/app/worker.hpp"

#include <chrono>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "mpienc/app/digest_thread.hpp"
#include "mpienc/app/lane_messages.hpp"
#include "mpienc/app/lane_pool.hpp"
#include "mpienc/app/marker.hpp"
#include "mpienc/app/tree_check.hpp"
#include "mpienc/net/exit_timer.hpp"
#include "mpienc/net/heartbeat.hpp"
#include "mpienc/net/lease.hpp"
#include "mpienc/net/receive_until.hpp"

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

std::span<const std::byte> bytes_of(const net::Message& message) {
  return message.payload ? std::span<const std::byte>(*message.payload) : std::span<const std::byte>();
}

class Worker {
 public:
  Worker(net::Transport& transport, net::Wakeup& wakeup, Logger* own_log)
      : transport_(transport), wakeup_(wakeup), own_log_(own_log) {}

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
      while (send_event()) active = true;
      while (send_digest(hello)) active = true;
      beat();
      if (active) backoff.reset();
      if (!quit_ && !alone_) wakeup_.wait_for(net::next_wait(transport_, backoff));
    }
  }

  /// Goes on receiving to the end: a rank that is still sending to this one could not leave otherwise.
  void leave(ExitStatus status) {
    if (lanes_) lanes_->stop();
    if (!alone_ && !refused_) say_goodbye();
    if (!dismissed_ || before_others_) transport_.forget(0);
    transport_.leave(process_status(status), longest_finalize);
    const auto patience = lanes_ && lanes_->writes_files() ? longest_tidying : longest_joining;
    const net::ExitTimer timer(patience, process_status(status));
    lanes_.reset();
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
      case Operation::setup: open_lanes(Setup::parse(bytes_of(message))); break;
      case Operation::look: look(message); break;
      case Operation::task:
        if (!lanes_ && from == 0) {
          throw Error(ExitStatus::cluster, "a chunk came before its settings; run one version on all hosts");
        }
        take(message);
        break;
      case Operation::steal: give(message); break;
      case Operation::cancel: cancel(message.chunk); break;
      case Operation::digest: digest(message); break;
      case Operation::lost: transport_.forget(LostRank::parse(bytes_of(message)).rank); break;
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
    const auto failure = Failure::parse(bytes_of(message));
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
        if (!message.damaged) transport_.forget(LostRank::parse(bytes_of(message)).rank);
        break;
      case Operation::quit: quit_ = true; break;
      case Operation::bye: dismissed_ = true; break;
      default: break;
    }
  }

  void look(const net::Message& message) {
    ByteWriter answer;
    answer.put_string(look_at(TreeSample::parse(bytes_of(message))));
    send(Operation::seen, -1, 0, answer.take());
  }

  void open_lanes(Setup setup) {
    coordinator_lease_ = setup.lease;
    lanes_.emplace(setup.lanes, std::move(setup.settings), [this] { wakeup_.notify(); });
    for (const auto& message : std::exchange(early_, {})) take(message);
  }

  void take(const net::Message& message) {
    if (!lanes_) {
      early_.push_back(message);
      return;
    }
    attempts_[message.chunk] = message.attempt;
    lanes_->submit(message.chunk, message.payload, message.attempt > 0);
  }

  void give(const net::Message& order) {
    const auto thief = StealOrder::parse(bytes_of(order)).thief;
    const auto payload = lanes_ ? lanes_->withdraw(order.chunk) : std::nullopt;
    if (payload) {
      const auto attempt = take_attempt(order.chunk);
      if (thief != 0) {
        transport_.send(
            thief, {Operation::task, order.chunk, attempt, std::get<std::shared_ptr<const Bytes>>(*payload)});
      }
    }
    transport_.send(0, {payload ? Operation::moved : Operation::kept, order.chunk, order.attempt, nullptr});
  }

  int take_attempt(int chunk) {
    const auto taken = attempts_.extract(chunk);
    return taken.empty() ? 0 : taken.mapped();
  }

  void cancel(int chunk) {
    if (lanes_) lanes_->cancel(chunk);
    attempts_.erase(chunk);
  }

  void digest(const net::Message& message) {
    if (!digest_) digest_.emplace([this] { wakeup_.notify(); });
    digest_->submit(message.chunk, DigestStep::parse(bytes_of(message)));
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

  bool send_event() {
    if (!lanes_) return false;
    auto event = lanes_->try_event();
    if (!event) return false;
    if (const auto* begun = std::get_if<LaneStarted>(&*event)) {
      send(Operation::started, begun->chunk, attempts_[begun->chunk],
           StartedReport{begun->lane, begun->queued_seconds}.serialise());
    } else {
      send_result(std::get<LaneResult>(*event));
    }
    return true;
  }

  void send_result(const LaneResult& result) {
    const auto attempt = take_attempt(result.chunk);
    if (const auto* encoded = std::get_if<ChunkResult>(&result.outcome)) {
      send(Operation::result, result.chunk, attempt, encoded->serialise());
    } else {
      const auto& failure = std::get<LaneFailure>(result.outcome);
      send(Operation::failed, result.chunk, attempt, Failure{failure.status, failure.line}.serialise());
    }
  }

  void beat() {
    if (!lanes_) return;
    heart_.beat(transport_, {0}, Clock::now(), [this] {
      ByteWriter writer;
      writer.put(lanes_->frames());
      return writer.take();
    });
  }

  net::Transport& transport_;
  net::Wakeup& wakeup_;
  Logger* own_log_;
  std::optional<LanePool> lanes_;
  std::optional<DigestThread> digest_;
  std::map<int, int> attempts_;      ///< by chunk that the lanes have
  std::vector<net::Message> early_;  ///< stolen for this rank before its settings came
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
