#include "mpienc/app/worker.hpp"

#include <chrono>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "mpienc/app/lane_pool.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto heartbeat_interval = std::chrono::seconds(1);
constexpr auto farewell = std::chrono::milliseconds(500);

std::shared_ptr<const Bytes> share(Bytes bytes) { return std::make_shared<const Bytes>(std::move(bytes)); }

class Worker {
 public:
  Worker(net::Transport& transport, net::Wakeup& wakeup) : transport_(transport), wakeup_(wakeup) {}

  ExitStatus run(const StopSignal& signal, const Hello& hello) {
    ExitStatus status = ExitStatus::success;
    try {
      work(signal, hello);
    } catch (const Error& error) {
      status = error.status();
      send(net::Operation::failed, -1, Failure{status, error.what()}.serialise());
    }
    lanes_.reset();
    flush();
    return status;
  }

 private:
  void work(const StopSignal& signal, const Hello& hello) {
    send(net::Operation::hello, -1, hello.serialise());
    net::Backoff backoff;
    while (!quit_) {
      if (signal.received()) {
        throw Error(ExitStatus::interrupted, fmt::format("rank {} on {} was told to stop; nothing was written",
                                                         transport_.rank(), hello.host));
      }
      bool active = false;
      while (auto incoming = transport_.receive()) {
        active = true;
        handle(incoming->message);
      }
      while (send_result()) active = true;
      beat();
      if (active) backoff.reset();
      if (!quit_) wakeup_.wait_for(net::next_wait(transport_, backoff));
    }
  }

  void flush() {
    const auto deadline = Clock::now() + farewell;
    while (!transport_.flushed() && Clock::now() < deadline) {
      static_cast<void>(transport_.receive());
      wakeup_.wait_for(net::Backoff::kShortest);
    }
  }

  void send(net::Operation operation, int chunk, Bytes payload) {
    transport_.send(0, {operation, chunk, 0, share(std::move(payload))});
  }

  void handle(const net::Message& message) {
    switch (message.operation) {
      case net::Operation::setup: {
        auto setup = Setup::parse(*message.payload);
        lanes_.emplace(setup.lanes, std::move(setup.settings), [this] { wakeup_.notify(); });
        break;
      }
      case net::Operation::task:
        if (!lanes_) throw Error(ExitStatus::cluster, "a chunk came before its settings; run one version on all hosts");
        lanes_->submit(message.chunk, message.payload);
        break;
      case net::Operation::quit:
        quit_ = true;
        break;
      default: break;
    }
  }

  bool send_result() {
    if (!lanes_) return false;
    auto result = lanes_->try_result();
    if (!result) return false;
    if (auto* encoded = std::get_if<EncodedChunk>(&result->outcome)) {
      send(net::Operation::result, result->chunk, encoded->serialise());
    } else {
      const auto& failure = std::get<LaneFailure>(result->outcome);
      send(net::Operation::failed, result->chunk, Failure{failure.status, failure.line}.serialise());
    }
    return true;
  }

  void beat() {
    if (!lanes_ || Clock::now() < next_beat_) return;
    next_beat_ = Clock::now() + heartbeat_interval;
    ByteWriter writer;
    writer.put(lanes_->frames());
    send(net::Operation::heartbeat, -1, writer.take());
  }

  net::Transport& transport_;
  net::Wakeup& wakeup_;
  std::optional<LanePool> lanes_;
  Clock::time_point next_beat_;
  bool quit_ = false;
};

}  // namespace

ExitStatus run_worker(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
                      const Hello& hello) {
  return Worker(transport, wakeup).run(signal, hello);
}

}  // namespace mpienc::app
