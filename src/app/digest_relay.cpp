#include "mpienc/app/digest_relay.hpp"

#include <utility>

namespace mpienc::app {

DigestRelay::DigestRelay(net::Transport& transport, const PcmFormat& format, std::function<void()> wake)
    : transport_(transport),
      order_(transport.size()),
      state_(av::PcmMd5(format).serialise()),
      own_(std::move(wake)) {}

void DigestRelay::planned(int chunk, const encode::Task& task) {
  ranges_.emplace(chunk, *encode::range_of(task));
}

bool DigestRelay::look() {
  bool any = false;
  while (const auto event = own_.try_event()) {
    any = true;
    if (const auto* failure = std::get_if<LaneFailure>(&event->outcome)) {
      throw Error(failure->status, failure->line);
    }
    ended({event->chunk, 0}, std::get<Bytes>(event->outcome));
  }
  if (const auto step = order_.next()) {
    any = true;
    begin(*step);
  }
  return any;
}

bool DigestRelay::take(int from, const net::Message& message) {
  const sched::DigestOrder::Step step{message.chunk, from};
  if (message.payload == nullptr) {
    order_.repeat(step);
    return false;
  }
  ended(step, *message.payload);
  return true;
}

void DigestRelay::begin(const sched::DigestOrder::Step& step) {
  DigestStep task{ranges_.at(step.chunk), state_};
  if (step.rank == 0) {
    own_.submit(step.chunk, std::move(task));
  } else {
    transport_.send(step.rank,
                    {net::Operation::digest, step.chunk, 0, std::make_shared<const Bytes>(task.serialise())});
  }
}

void DigestRelay::ended(const sched::DigestOrder::Step& step, std::span<const std::byte> state) {
  if (!order_.ended(step)) return;
  state_.assign(state.begin(), state.end());
  ranges_.erase(step.chunk);
}

av::Md5Digest DigestRelay::digest() const {
  ByteReader reader(state_);
  return av::PcmMd5::parse(reader).digest();
}

}  // namespace mpienc::app
