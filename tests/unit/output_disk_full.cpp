#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "mpienc/output/track_writer.hpp"
#include "output_clip.hpp"
#include "output_scratch.hpp"

namespace mpienc::output {
namespace {

/// A tmpfs of `pages` pages of 4 KiB.
class SmallDisk {
 public:
  SmallDisk(const std::filesystem::path& at, int pages) : at_(at) {
    std::filesystem::create_directory(at);
    const auto options = "size=" + std::to_string(pages * 4) + "k";
    mounted_ = ::mount("none", at.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount(at_.c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};

TEST(DiskFull, IsReportedWheneverItComesAndLeavesNothing) {
  const auto video = test::video_clip(150);
  const auto flac = test::flac_clip(6);
  const std::vector<const test::Clip*> clips{&video, &flac};
  const test::Scratch scratch;
  const auto disk_path = scratch / "disk";
  const auto write_on = [&](const std::filesystem::path& path) {
    FileSpec spec;
    spec.path = path;
    for (const auto* clip : clips) spec.tracks.push_back(test::copy_of(clip->stream));
    TrackWriter writer(std::move(spec));
    for (int track = 0; track < 2; ++track) {
      for (const auto& packet : clips[static_cast<std::size_t>(track)]->packets) {
        writer.write(track, av::clone(*packet));
      }
      writer.end(track);
    }
    writer.update_extradata(1, flac.late_extradata);
    return writer.commit();
  };
  for (const std::string name : {"a.mkv", "a.mp4"}) {
    const auto size = write_on(scratch / name);
    const auto enough = static_cast<int>((size + 4095) / 4096);
    for (int pages = 1; pages <= enough; ++pages) {
      const SmallDisk disk(disk_path, pages);
      if (!disk.mounted()) GTEST_SKIP() << "no right to mount a small tmpfs here";
      std::string error = "none";
      try {
        EXPECT_EQ(write_on(disk_path / name), size);
      } catch (const Error& caught) {
        EXPECT_EQ(caught.status(), ExitStatus::output);
        error = caught.what();
      }
      if (pages < enough) {
        EXPECT_THAT(error, testing::HasSubstr("no space left")) << name << " on " << pages << " pages";
        EXPECT_TRUE(std::filesystem::is_empty(disk_path)) << name << " on " << pages << " pages";
      } else {
        EXPECT_EQ(error, "none") << name;
      }
    }
  }
}

}  // namespace
}  // namespace mpienc::output
