#include "mpienc/output/mp3_join.hpp"

#include <algorithm>
#include <string>

#include "mpienc/core/error.hpp"

namespace mpienc::output {

Mp3Join::Outcome Mp3Join::add(const Mp3Chunk& chunk, Bytes& out) {
  if (complete_ || chunk.index != next_index_) {
    throw Error(ExitStatus::internal, "MP3 chunk " + std::to_string(chunk.index) + " came out of order");
  }
  if (stream_.joining == Mp3Joining::repack) {
    if (add_frames(chunk) == Outcome::again) return Outcome::again;
  } else {
    pending_.insert(pending_.end(), chunk.data.begin(), chunk.data.end());
  }
  complete_ = chunk.last;
  ++next_index_;
  const std::size_t whole = for_each_mp3_frame(pending_, [](std::span<const std::byte>) {});
  out.insert(out.end(), pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(whole));
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(whole));
  if (complete_ && !pending_.empty()) throw Error(ExitStatus::internal, "the MP3 ends within a frame");
  return Outcome::taken;
}

bool Mp3Join::meets_seam(const Mp3Chunk& chunk) const {
  // Where the bit rate is constant, the reservoir decides how many bits the next frames get.
  const bool places_matter = stream_.control == Mp3Settings::Control::constant && stream_.reservoir;
  const std::size_t count = std::min(expected_.frames.size(), chunk.frames.frames.size());
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < count; ++at) {
    const Mp3Frame& old = expected_.frames[at];
    const Mp3Frame& now = chunk.frames.frames[at];
    if (!now.same_sound(old) || (places_matter && now.main_data_begin != old.main_data_begin)) return false;
    bytes += now.main_bytes();
  }
  return std::equal(expected_.main.begin(), expected_.main.begin() + static_cast<std::ptrdiff_t>(bytes),
                    chunk.frames.main.begin());
}

Mp3Join::Outcome Mp3Join::add_frames(const Mp3Chunk& chunk) {
  const Mp3Reservoir reservoir_before = reservoir_;
  const std::size_t size_before = pending_.size();
  const Fit fit = repack(chunk);
  const bool proven = fit.as_serial && meets_seam(chunk);
  const bool enough = chunk.warm_up_frames >= std::min(chunk.first_frame, plan::mp3_most_warm_up);
  if (!fit.has_room || !(proven || enough)) {
    reservoir_ = reservoir_before;
    pending_.resize(size_before);
    if (chunk.warm_up_frames < chunk.first_frame) return Outcome::again;
    throw Error(ExitStatus::internal, "MP3 chunk " + std::to_string(chunk.index) +
                                          " was encoded from the file's start and has no room");
  }
  if (!proven) ++unproven_;
  remember_seam(chunk);
  return Outcome::taken;
}

Mp3Join::Fit Mp3Join::repack(const Mp3Chunk& chunk) {
  Fit fit;
  auto main = std::span<const std::byte>(chunk.frames.main);
  const auto own = std::span(chunk.frames.frames)
                       .first(chunk.frames.frames.size() - static_cast<std::size_t>(chunk.check_frames));
  for (const Mp3Frame& frame : own) {
    fit.as_serial = fit.as_serial && !reservoir_.may_differ(frame);
    if (!reservoir_.add(frame, main.first(frame.main_bytes()), pending_)) return {false, false};
    main = main.subspan(frame.main_bytes());
  }
  if (chunk.last) reservoir_.finish(pending_);
  return fit;
}

void Mp3Join::remember_seam(const Mp3Chunk& chunk) {
  const auto& all = chunk.frames;
  expected_.frames.assign(all.frames.end() - chunk.check_frames, all.frames.end());
  std::size_t bytes = 0;
  for (const Mp3Frame& frame : expected_.frames) bytes += frame.main_bytes();
  expected_.main.assign(all.main.end() - static_cast<std::ptrdiff_t>(bytes), all.main.end());
}

}  // namespace mpienc::output
