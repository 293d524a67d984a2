#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "mpienc/av/demuxer.hpp"
#include "mpienc/av/stream.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/input/late_streams.hpp"
#include "mpienc/input/stream_choice.hpp"
#include "mpienc/input/timeline.hpp"

namespace mpienc::input {

/// track: -1 the video, else an index of Program::audio(). Times are the programme's, which starts at 0.
struct ProgramPacket {
  int track = 0;
  av::Packet packet;
};

struct ProgramChapter {
  Ticks start = 0;  ///< milliseconds
  Ticks end = 0;
  std::string title;
};

/// One or several files as one programme on one timeline. VOBs and other byte streams are joined byte
/// by byte; files of other containers follow each other. Throws Error(input).
class Program {
 public:
  /// After `stop` neither opening nor read() waits any more for a pipe: they throw.
  Program(std::vector<std::filesystem::path> files, const std::vector<std::string>& maps, Logger& logger,
          std::stop_token stop = {});

  /// parameters is null where there is no video.
  [[nodiscard]] const av::Stream& video() const { return video_; }
  [[nodiscard]] bool has_video() const { return video_.parameters != nullptr; }
  [[nodiscard]] const std::vector<av::Stream>& audio() const { return audio_; }
  [[nodiscard]] bool interlaced() const { return interlaced_; }
  [[nodiscard]] std::vector<ProgramChapter> chapters() const;
  [[nodiscard]] std::map<std::string, std::string> metadata() const;

  /// The next packet of a chosen stream in file order; nothing at the end.
  [[nodiscard]] std::optional<ProgramPacket> read();
  /// Puts packets back to be read again, in this order.
  void unread(std::deque<ProgramPacket> packets);

  /// How far reading is: by duration where the container knows it, else by bytes; nothing where neither.
  [[nodiscard]] std::optional<double> fraction() const;
  /// Of the latest packet read, from the programme's start.
  [[nodiscard]] double seconds() const { return position_seconds_; }
  [[nodiscard]] std::int64_t bytes() const { return total_bytes_; }
  [[nodiscard]] int timeline_mends() const { return timeline_->mends(); }
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  struct Held {
    int track = 0;
    av::Packet packet;
    Rational time_base;
  };
  void open(std::size_t file);
  void describe_tracks(const StreamChoice& choice, Survey survey);
  void bind_tracks();
  [[nodiscard]] std::optional<Held> next();
  void collect_new_part();
  [[nodiscard]] ProgramPacket place(Held held);
  [[nodiscard]] static RawTimes raw_times(const Held& held);
  [[nodiscard]] Rational track_time_base(int track) const;

  std::vector<std::filesystem::path> files_;
  std::vector<std::string> maps_;
  std::stop_token stop_;
  std::size_t file_ = 0;
  bool joined_ = false;  ///< all files are one byte stream
  std::optional<av::Demuxer> demuxer_;
  std::map<int, int> track_of_stream_;
  std::map<int, int> track_of_id_;
  av::Stream video_;
  std::vector<av::Stream> audio_;
  std::optional<Timeline> timeline_;
  std::deque<Held> held_;
  std::deque<ProgramPacket> unread_;
  std::int64_t total_bytes_ = 0;
  std::int64_t bytes_before_ = 0;
  std::int64_t position_ = 0;
  double position_seconds_ = 0;
  bool interlaced_ = false;
  bool truncated_ = false;
  Logger& logger_;
};

}  // namespace mpienc::input
