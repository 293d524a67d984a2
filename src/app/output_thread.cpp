#include "mpienc/app/output_thread.hpp"

#include <limits>

namespace mpienc::app {

namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

}  // namespace

OutputThread::OutputThread(output::FileSpec spec, std::function<void()> wake)
    : writer_(std::move(spec)), wake_(std::move(wake)), events_(std::numeric_limits<std::size_t>::max()) {
  thread_ = std::jthread([this] { run(); });
}

OutputThread::~OutputThread() { events_.abandon(); }

void OutputThread::write(int track, av::Packet packet) {
  backlog_ += packet->size;
  events_.push(Write{track, std::move(packet)});
}
void OutputThread::advance(int track, Ticks dts) { events_.push(Advance{track, dts}); }
void OutputThread::end(int track) { events_.push(End{track}); }
void OutputThread::update_extradata(int track, Bytes extradata) {
  events_.push(Extradata{track, std::move(extradata)});
}

void OutputThread::carry_out(Event& event) {
  std::visit(Overloaded{
                 [&](Write& e) {
                   const auto size = e.packet->size;
                   writer_.write(e.track, std::move(e.packet));
                   backlog_ -= size;
                 },
                 [&](const Advance& e) { writer_.advance(e.track, e.dts); },
                 [&](const End& e) { writer_.end(e.track); },
                 [&](const Extradata& e) { writer_.update_extradata(e.track, e.bytes); },
             },
             event);
}

void OutputThread::run() {
  while (auto event = events_.pop()) {
    try {
      carry_out(*event);
    } catch (...) {
      failure_ = std::current_exception();
      failed_ = true;
      backlog_ = 0;
      events_.abandon();
      wake_();
      return;
    }
  }
}

void OutputThread::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

std::int64_t OutputThread::commit(const std::function<void()>& before_rename) {
  events_.close();
  thread_.join();
  rethrow();
  return writer_.commit(before_rename);
}

}  // namespace mpienc::app
