#include "mpienc/output/interleaver.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::output {

namespace {

int compare(Ticks a, Rational a_base, Ticks b, Rational b_base) {
  return av_compare_ts(a, {a_base.num, a_base.den}, b, {b_base.num, b_base.den});
}

}  // namespace

Interleaver::Interleaver(const std::vector<Rational>& time_bases) : tracks_(time_bases.size()) {
  for (std::size_t i = 0; i < tracks_.size(); ++i) tracks_[i].time_base = time_bases[i];
}

Interleaver::Track& Interleaver::open_track(int track) {
  auto& it = tracks_.at(static_cast<std::size_t>(track));
  if (it.ended) {
    throw Error(ExitStatus::internal, "track " + std::to_string(track) + " goes on after its end");
  }
  return it;
}

void Interleaver::push(int track, av::Packet packet) {
  auto& it = open_track(track);
  if (packet->dts == AV_NOPTS_VALUE || (it.floor && packet->dts < *it.floor)) {
    throw Error(ExitStatus::internal,
                "track " + std::to_string(track) + ": dts " +
                    (packet->dts == AV_NOPTS_VALUE ? std::string("missing") : std::to_string(packet->dts)) +
                    " where " + (it.floor ? std::to_string(*it.floor) + " or more" : "one") + " is due");
  }
  it.floor = packet->dts;
  held_bytes_ += packet->size;
  it.packets.push_back(std::move(packet));
}

void Interleaver::advance(int track, Ticks dts) {
  auto& it = open_track(track);
  it.floor = std::max(it.floor.value_or(dts), dts);
}

void Interleaver::end(int track) { tracks_.at(static_cast<std::size_t>(track)).ended = true; }

int Interleaver::next_track() const {
  int best = -1;
  Ticks best_time = 0;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    const auto& track = tracks_[i];
    if (track.packets.empty() && track.ended) continue;
    if (track.packets.empty() && !track.floor) return -1;
    const auto time = track.packets.empty() ? *track.floor : track.packets.front()->dts;
    if (best < 0 ||
        compare(time, track.time_base, best_time, tracks_[static_cast<std::size_t>(best)].time_base) < 0) {
      best = static_cast<int>(i);
      best_time = time;
    }
  }
  return best >= 0 && tracks_[static_cast<std::size_t>(best)].packets.empty() ? -1 : best;
}

std::optional<Interleaver::Item> Interleaver::pop() {
  const int track = next_track();
  if (track < 0) return std::nullopt;
  auto& packets = tracks_[static_cast<std::size_t>(track)].packets;
  Item item{track, std::move(packets.front())};
  packets.pop_front();
  held_bytes_ -= item.packet->size;
  return item;
}

const AVPacket* Interleaver::front(int track) const {
  const auto& packets = tracks_.at(static_cast<std::size_t>(track)).packets;
  return packets.empty() ? nullptr : packets.front().get();
}

bool Interleaver::all_ended() const {
  return std::all_of(tracks_.begin(), tracks_.end(), [](const Track& t) { return t.ended; });
}

}  // namespace mpienc::output
