#include "simulator_links.hpp"

#include <algorithm>
#include <utility>

namespace mpienc::sched {

Links::Links(Agenda& agenda, SimulatedLink link, int ranks)
    : agenda_(agenda), link_(link), links_(static_cast<std::size_t>(ranks)) {}

void Links::send(int from, int to, std::int64_t bytes, Ends ends) {
  of(from).outgoing.push_back({to, static_cast<double>(bytes) / link_.bytes_per_second, std::move(ends)});
  if (!of(from).sending) send_next(from);
}

void Links::stop(int rank) {
  of(rank).stopped = true;
  for (const Payload& payload : std::exchange(of(rank).outgoing, {})) end(rank, payload);
}

void Links::send_next(int from) {
  Link& sender = of(from);
  while (!sender.outgoing.empty() && of(sender.outgoing.front().to).stopped) sender.outgoing.pop_front();
  sender.sending = !sender.outgoing.empty();
  if (!sender.sending) return;
  Payload payload = std::move(sender.outgoing.front());
  sender.outgoing.pop_front();
  Link& receiver = of(payload.to);
  receiver.receives_until = std::max(agenda_.now(), receiver.receives_until) + payload.seconds;
  agenda_.after(payload.seconds, [this, from] { send_next(from); });
  agenda_.at(receiver.receives_until + link_.latency_seconds,
             [this, from, payload = std::move(payload)] { end(from, payload); });
}

void Links::end(int from, const Payload& payload) {
  if (of(payload.to).stopped) return;
  const auto& action = of(from).stopped ? payload.ends.lost : payload.ends.arrived;
  if (action) action();
}

}  // namespace mpienc::sched
