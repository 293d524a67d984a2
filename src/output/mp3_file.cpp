#include "mpienc/output/mp3_file.hpp"

#include <string>

#include "mpienc/av/error.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::output {

Mp3File::Mp3File(const std::filesystem::path& path, const Mp3Stream& stream, const Bytes& id3)
    : path_(path),
      join_(stream),
      file_(path),
      tag_place_(static_cast<std::int64_t>(id3.size())),
      tag_bytes_(static_cast<std::size_t>(stream.tag_bytes())) {
  write(id3);
  write(Bytes(tag_bytes_));
}

Mp3Join::Outcome Mp3File::add(const Mp3Chunk& chunk) {
  Bytes frames;
  const auto outcome = join_.add(chunk, frames);
  if (outcome == Mp3Join::Outcome::again) return outcome;
  tag_.add(frames);
  write(frames);
  if (chunk.last) lame_tag_ = chunk.tag;
  return outcome;
}

std::int64_t Mp3File::commit(bool overwrite, const std::function<void()>& before_rename) {
  if (!join_.complete())
    throw Error(ExitStatus::internal, path_.string() + ": the MP3's last chunk is missing");
  if (lame_tag_.size() != tag_bytes_) {
    throw Error(ExitStatus::internal, path_.string() + ": LAME's Info frame has an unexpected size");
  }
  if (tag_bytes_ > 0) {
    const auto place = file_.seek(tag_place_, SEEK_SET);
    if (place < 0) av::check(static_cast<int>(place), ExitStatus::output, path_.string());
    write(tag_.finish(lame_tag_));
  }
  return file_.commit(overwrite, before_rename);
}

void Mp3File::write(std::span<const std::byte> bytes) {
  av::check(file_.write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}),
            ExitStatus::output, path_.string());
}

}  // namespace mpienc::output
