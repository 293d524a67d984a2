#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mpienc/av/stream.hpp"

namespace mpienc::output {

/// The muxer that the name's extension asks for. Error(output), with the nearest extension, where none
/// fits or where it would write more than one file.
[[nodiscard]] const AVOutputFormat& container_for(const std::filesystem::path& path);

/// Whether it holds video; those of MP3 and FLAC name a codec for it and mean cover pictures.
[[nodiscard]] bool holds_video(const AVOutputFormat& format);

/// Error(output) naming the first track that the container cannot hold, and a container that can.
void require_tracks_fit(const AVOutputFormat& format, const std::filesystem::path& path,
                        const std::vector<av::Stream>& tracks);

/// The tracks' codecs and a container for them, e.g. "h264, mp3; name the output .mkv".
[[nodiscard]] std::string container_advice(const std::vector<av::Stream>& tracks);

/// Whether timestamps below zero can be written as they are (edit lists, or none stored at all).
[[nodiscard]] bool holds_negative_times(const AVOutputFormat& format);

/// Where the packet begins by this container's rules, in ticks of the track: the time that must not be
/// negative in a file that cannot hold such times.
[[nodiscard]] Ticks start_time(const AVOutputFormat& format, const av::Stream& track, const AVPacket& packet);

}  // namespace mpienc::output
