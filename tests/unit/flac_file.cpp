#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "flac_assembly.hpp"

namespace mpienc::output {
namespace {

struct Made {
  PcmFormat format = test::wav_format(8000, 2, 16);
  encode::FlacSettings settings;
  Bytes pcm = test::pcm_of(format, 300'000, test::moving_stereo());
  std::vector<FlacChunk> chunks = test::encode_chunks(settings, format, pcm);
  FlacHead head = encode::flac_head(settings, format, 300'000);
};

std::string refusal(const std::function<void()>& action, ExitStatus status) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), status);
    return error.what();
  }
  return "";
}

TEST(FlacFile, TakesChunksInOrderOnly) {
  const Made made;
  const test::Scratch scratch;
  ASSERT_GE(made.chunks.size(), 3U);
  const auto last = made.chunks.size() - 1;
  const std::vector<std::vector<std::size_t>> orders{{1}, {0, 2}, {0, 0}, {last}};
  for (const auto& order : orders) {
    FlacFile file(scratch / "a.flac", made.head);
    EXPECT_NE(refusal(
                  [&] {
                    for (const auto index : order) file.append(made.chunks[index]);
                  },
                  ExitStatus::internal),
              "");
  }
  FlacFile file(scratch / "a.flac", made.head);
  auto short_chunk = made.chunks[last];
  short_chunk.index = 0;
  file.append(short_chunk);
  EXPECT_EQ(file.samples(), short_chunk.samples);
  EXPECT_NE(refusal([&] { file.append(made.chunks[1]); }, ExitStatus::internal), "");
}

TEST(FlacFile, LeavesNothingWithoutACommit) {
  const Made made;
  const test::Scratch scratch;
  {
    FlacFile file(scratch / "a.flac", made.head);
    file.append(made.chunks[0]);
  }
  EXPECT_TRUE(std::filesystem::is_empty(scratch.folder()));
}

TEST(FlacFile, ReplacesAFileOnlyWhenToldTo) {
  const Made made;
  const test::Scratch scratch;
  std::ofstream(scratch / "a.flac") << "mine";
  FlacFile refused(scratch / "a.flac", made.head);
  EXPECT_THAT(refusal([&] { refused.commit({}, false); }, ExitStatus::output),
              testing::HasSubstr("--overwrite"));
  EXPECT_EQ(test::contents(scratch / "a.flac"), "mine");
  FlacFile file(scratch / "a.flac", made.head);
  EXPECT_EQ(file.commit({}, true), static_cast<std::int64_t>(made.head.bytes.size()));
}

TEST(FlacFile, SaysInOneLineThatTheDiskIsFull) {
  const Made made;
  const test::Scratch scratch;
  const auto disk = scratch / "disk";
  std::filesystem::create_directory(disk);
  const auto write_to = [&](const std::filesystem::path& path) {
    test::assemble(path, made.head, made.format, made.pcm, made.chunks);
  };
  write_to(scratch / "a.flac");
  const auto enough = static_cast<int>((std::filesystem::file_size(scratch / "a.flac") + 4095) / 4096);
  for (const int pages : {1, 2, 3, enough / 2, enough - 1, enough}) {
    const auto options = "size=" + std::to_string(pages * 4) + "k";
    if (::mount("none", disk.c_str(), "tmpfs", 0, options.c_str()) != 0)
      GTEST_SKIP() << "no right to mount a small tmpfs here";
    const auto error = refusal([&] { write_to(disk / "a.flac"); }, ExitStatus::output);
    EXPECT_EQ(error.find('\n'), std::string::npos);
    if (pages < enough) {
      EXPECT_THAT(error, testing::HasSubstr("no space left")) << pages << " pages";
      EXPECT_TRUE(std::filesystem::is_empty(disk)) << pages << " pages";
    } else {
      EXPECT_EQ(error, "");
    }
    ::umount(disk.c_str());
  }
}

}  // namespace
}  // namespace mpienc::output
