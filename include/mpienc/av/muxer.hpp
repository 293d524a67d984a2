#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mpienc/av/stream.hpp"

namespace mpienc::av {

/// Where a muxer's bytes go. Both return an AVERROR code on failure.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Writes all of `data`; 0 on success.
  virtual int write(std::span<const std::uint8_t> data) = 0;
  /// As AVIOContext's seek: SEEK_SET, SEEK_CUR, SEEK_END or AVSEEK_SIZE; the new position or the size.
  virtual std::int64_t seek(std::int64_t offset, int whence) = 0;
};

/// An output container, written bit-exactly: the same calls give the same bytes on every machine.
/// Errors: Error(output) that starts with the name given to the constructor. A write error that the
/// I/O layer met late is reported by the next call, at the latest by write_trailer().
class Muxer {
 public:
  /// `sink` must outlive the muxer.
  Muxer(const AVOutputFormat& format, ByteSink& sink, std::string name);
  ~Muxer();

  /// Tracks, chapters and metadata come before write_header(). The codec tag is kept where it fits.
  void add_track(const Stream& track);
  /// Times in milliseconds.
  void add_chapter(Ticks start, Ticks end, const std::string& title);
  void set_metadata(const std::map<std::string, std::string>& metadata);

  /// The container's own option, before write_header(). Error(internal) where it has none of that name.
  void set_option(const std::string& name, const std::string& value);

  /// `advice` is part of the error where the container refuses the tracks.
  void write_header(const std::string& advice);
  /// The track's clock in the file, known after write_header().
  [[nodiscard]] Rational time_base(int track) const;
  /// Timestamps in ticks of the time base that the track was added with, moved by `shift` ticks of
  /// time_base(track).
  void write(int track, const AVPacket& packet, Ticks shift);
  /// Extradata that replaces the header's (FLAC's STREAMINFO); after the track's last packet.
  void update_extradata(int track, std::span<const std::byte> extradata);
  void write_trailer();

 private:
  struct FormatDeleter {
    void operator()(AVFormatContext* context) const;
  };
  void check_written(int code, const std::string& what) const;

  std::string name_;
  std::unique_ptr<AVFormatContext, FormatDeleter> context_;
  std::vector<Rational> source_time_bases_;
  std::vector<Ticks> ends_;  ///< dts after each track's last packet, in ticks of time_base()
};

}  // namespace mpienc::av
