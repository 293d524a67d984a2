#include "mpienc/output/track_writer.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "mpienc/av/muxer.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/output/container.hpp"
#include "mpienc/output/interleaver.hpp"
#include "mpienc/output/temporary_file.hpp"

namespace mpienc::output {

namespace {

using Metadata = std::map<std::string, std::string>;

/// What names a machine or a moment, or describes the input's bytes, is untrue of the output.
bool is_stale(std::string key) {
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto is = [&](std::string_view name) {
    return key == name || key.starts_with(std::string(name) + "-");
  };
  return is("creation_time") || is("modification_time") || is("encoder") || is("encoder_options") ||
         is("duration") || is("bps") || is("number_of_frames") || is("number_of_bytes") ||
         key.starts_with("_statistics_");
}

Metadata lasting(Metadata metadata) {
  std::erase_if(metadata, [](const auto& entry) { return is_stale(entry.first); });
  return metadata;
}

std::vector<Rational> time_bases(const std::vector<av::Stream>& tracks) {
  std::vector<Rational> bases;
  for (const auto& track : tracks) bases.push_back(track.time_base);
  return bases;
}

const AVOutputFormat& checked_container(const FileSpec& spec) {
  check_output(spec.path, spec.overwrite);
  const auto& format = container_for(spec.path);
  require_tracks_fit(format, spec.path, spec.tracks);
  return format;
}

}  // namespace

class TrackWriter::Implementation {
 public:
  explicit Implementation(FileSpec spec)
      : spec_(std::move(spec)),
        format_(checked_container(spec_)),
        interleaver_(time_bases(spec_.tracks)),
        file_(spec_.path),
        muxer_(format_, file_, spec_.path.string()),
        extradata_(spec_.tracks.size()) {
    for (auto& track : spec_.tracks) {
      track.metadata = lasting(std::move(track.metadata));
      muxer_.add_track(track);
    }
    for (const auto& chapter : spec_.chapters) muxer_.add_chapter(chapter.start, chapter.end, chapter.title);
    muxer_.set_metadata(lasting(spec_.metadata));
    muxer_.write_header(container_advice(spec_.tracks));
  }

  void write(int track, av::Packet packet) {
    interleaver_.push(track, std::move(packet));
    drain();
  }

  void advance(int track, Ticks dts) {
    if (dts < 0) return;  // A negative mark may not start the file: see start_shifts().
    interleaver_.advance(track, dts);
    drain();
  }

  void end(int track) {
    interleaver_.end(track);
    drain();
  }

  void update_extradata(int track, const Bytes& extradata) {
    extradata_.at(static_cast<std::size_t>(track)) = extradata;
  }

  std::int64_t commit(const std::function<void()>& before_rename) {
    if (!interleaver_.all_ended()) {
      throw Error(ExitStatus::internal, spec_.path.string() + ": committed before all tracks ended");
    }
    for (std::size_t i = 0; i < extradata_.size(); ++i) {
      if (!extradata_[i].empty()) muxer_.update_extradata(static_cast<int>(i), extradata_[i]);
    }
    muxer_.write_trailer();
    return file_.commit(spec_.overwrite, [&] {
      if (spec_.note) spec_.note(file_.identity());
      if (before_rename) before_rename();
    });
  }

  void discard() const noexcept { file_.discard(); }

  [[nodiscard]] std::int64_t held_bytes() const { return interleaver_.held_bytes(); }

 private:
  void drain() {
    while (interleaver_.can_pop()) {
      if (!shifts_) shifts_ = start_shifts();
      const auto item = interleaver_.pop();
      muxer_.write(item->track, *item->packet, (*shifts_)[static_cast<std::size_t>(item->track)]);
    }
  }

  /// All tracks move by the same time so that the earliest starts at 0, in a container that holds no
  /// negative times. Called when each track shows its first packet, has ended or starts after 0, so
  /// that the result depends on the packets alone.
  [[nodiscard]] std::vector<Ticks> start_shifts() const {
    std::vector<Ticks> shifts(spec_.tracks.size(), 0);
    if (holds_negative_times(format_)) return shifts;
    Ticks earliest = 0;
    Rational clock{1, 1};
    for (std::size_t i = 0; i < shifts.size(); ++i) {
      const auto* first = interleaver_.front(static_cast<int>(i));
      if (first == nullptr) continue;
      const auto base = muxer_.time_base(static_cast<int>(i));
      const auto start =
          rescale(start_time(format_, spec_.tracks[i], *first), spec_.tracks[i].time_base, base);
      if (av_compare_ts(start, av::to_av(base), earliest, av::to_av(clock)) < 0) {
        earliest = start;
        clock = base;
      }
    }
    for (std::size_t i = 0; i < shifts.size(); ++i) {
      shifts[i] = rescale(-earliest, clock, muxer_.time_base(static_cast<int>(i)));
    }
    return shifts;
  }

  FileSpec spec_;
  const AVOutputFormat& format_;
  Interleaver interleaver_;
  TemporaryFile file_;
  av::Muxer muxer_;
  std::vector<Bytes> extradata_;
  std::optional<std::vector<Ticks>> shifts_;
};

TrackWriter::TrackWriter(FileSpec spec)
    : implementation_(std::make_unique<Implementation>(std::move(spec))) {}
TrackWriter::~TrackWriter() = default;

void TrackWriter::write(int track, av::Packet packet) { implementation_->write(track, std::move(packet)); }
void TrackWriter::advance(int track, Ticks dts) { implementation_->advance(track, dts); }
void TrackWriter::end(int track) { implementation_->end(track); }
void TrackWriter::update_extradata(int track, const Bytes& extradata) {
  implementation_->update_extradata(track, extradata);
}
std::int64_t TrackWriter::commit(const std::function<void()>& before_rename) {
  return implementation_->commit(before_rename);
}
void TrackWriter::discard() const noexcept { implementation_->discard(); }
std::int64_t TrackWriter::held_bytes() const { return implementation_->held_bytes(); }

}  // namespace mpienc::output
