#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "mpienc/av/muxer.hpp"
#include "mpienc/convert/song_tags.hpp"
#include "mpienc/output/temporary_file.hpp"

namespace mpienc::convert {

/// One audio track in the container that the path's extension asks for, written bit-exactly, with tags and
/// pictures. Gets its name in commit(). Errors: Error(output), and Error(codec) where the container cannot
/// hold the track.
class MuxedFile {
 public:
  MuxedFile(const std::filesystem::path& path, const av::Stream& track, const SongTags& song);

  void write(const AVPacket& packet);
  /// Extradata that replaces the header's; after the last packet.
  void update_extradata(const Bytes& extradata) { muxer_.update_extradata(0, extradata); }
  /// Returns the file's bytes.
  std::int64_t commit(bool overwrite);

 private:
  void describe_in_matroska();

  std::filesystem::path path_;
  const AVOutputFormat& format_;
  const av::Stream& track_;
  const SongTags& song_;
  output::TemporaryFile file_;
  av::Muxer muxer_;
  std::optional<Ticks> shift_;
};

}  // namespace mpienc::convert
