#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mpienc/av/stream.hpp"
#include "mpienc/core/file_identity.hpp"

namespace mpienc::output {

struct Chapter {
  Ticks start = 0;  ///< milliseconds of the programme
  Ticks end = 0;
  std::string title;
};

struct FileSpec {
  std::filesystem::path path;  ///< the final name; its extension picks the muxer
  bool overwrite = false;
  std::vector<av::Stream> tracks;
  std::vector<Chapter> chapters;
  std::map<std::string, std::string> metadata;
  /// Called when all is on disk and nothing has the final name yet, with what the file is known by.
  std::function<void(const FileIdentity&)> note;
};

/// Writes the tracks' packets, merged by dts, to a temporary file beside `path`, which gets its name
/// only in commit(). The bytes depend on the packets alone, never on when they came. Not committed:
/// the destructor removes the temporary file. Errors: Error(output), e.g. disk full. One thread.
class TrackWriter {
 public:
  explicit TrackWriter(FileSpec spec);
  ~TrackWriter();
  TrackWriter(const TrackWriter&) = delete;
  TrackWriter& operator=(const TrackWriter&) = delete;

  /// Packets of one track come with rising dts, in ticks of that track's Stream::time_base.
  void write(int track, av::Packet packet);
  /// No later packet of the track has a dts below this.
  void advance(int track, Ticks dts);
  void end(int track);
  /// Extradata that the encoder gave only at its end (FLAC's STREAMINFO); before commit().
  void update_extradata(int track, const Bytes& extradata);
  /// All tracks ended: trailer, fsync, rename. `before_rename` is called when all is on disk; what it throws
  /// ends the commit. Returns the file's size in bytes.
  std::int64_t commit(const std::function<void()>& before_rename = {});
  /// Takes the temporary file away at once, from any thread: nothing written is kept any more.
  void discard() const noexcept;

  /// Bytes that could be written now and are not yet, because the disk is slower than the lanes: 0 in
  /// a synchronous writer. Bytes held because another track is behind:
  [[nodiscard]] std::int64_t held_bytes() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Before any encoding: Error(output) when the folder is missing or not writable, when the file exists
/// and `overwrite` is off, or when no muxer fits the name (its extension and the near ones are named).
void check_output(const std::filesystem::path& path, bool overwrite);

}  // namespace mpienc::output
