#pragma once

#include <map>
#include <string>
#include <vector>

#include "mpienc/av/stream.hpp"
#include "mpienc/input/program.hpp"

namespace mpienc::input {

/// A stream of an opened container as a value: parameters, side data, language, title, disposition.
[[nodiscard]] av::Stream describe_track(const AVFormatContext& format, int index);
/// Chapters in milliseconds from the programme's start.
[[nodiscard]] std::vector<ProgramChapter> describe_chapters(const AVFormatContext& format);
[[nodiscard]] std::map<std::string, std::string> describe_metadata(const AVDictionary* dictionary);

}  // namespace mpienc::input
