#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <set>
#include <thread>

#include "lane_tasks.hpp"
#include "mpienc/encode/chunk.hpp"
#include "mpienc/encode/isolated_chunk.hpp"
#include "mpienc/encode/video_chunk.hpp"

namespace mpienc::encode {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Children of all threads of this process.
std::set<pid_t> children() {
  std::set<pid_t> found;
  for (const auto& thread : fs::directory_iterator("/proc/self/task")) {
    std::ifstream list(thread.path() / "children");
    for (pid_t pid = 0; list >> pid;) found.insert(pid);
  }
  return found;
}

/// A chunk that a child encodes until it is done or dies.
class Encoding {
 public:
  explicit Encoding(const VideoSettings& settings = test::lane_settings("veryslow"))
      : result_(std::async(std::launch::async, [this, settings] {
          return encode_isolated(*test::lane_task_bytes(0), settings, stop.get_token(), frames);
        })) {}

  /// Returns once the child encodes.
  pid_t child() const {
    while (frames == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return *children().begin();
  }
  ChunkResult get() { return result_.get(); }
  EncodedChunk chunk() { return std::get<EncodedChunk>(get().data); }
  std::string error(ExitStatus status) {
    try {
      static_cast<void>(get());
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), status);
      return error.what();
    }
    return "no error";
  }

  std::stop_source stop;
  std::atomic<std::int64_t> frames = 0;

 private:
  std::future<ChunkResult> result_;
};

TEST(Isolated, GivesTheBytesOfThisProcess) {
  const auto settings = test::lane_settings();
  std::atomic<std::int64_t> frames = 0;
  const auto here = encode_chunk(*test::lane_task(3), settings, {}, frames);
  Encoding there(settings);
  const auto result = there.get();
  EXPECT_EQ(there.frames, frames);
  EXPECT_GT(result.cpu_seconds, 0);
  EXPECT_EQ(result.units, here.units);
  const auto& mine = std::get<EncodedChunk>(here.data);
  auto its = std::get<EncodedChunk>(result.data);
  its.index = mine.index;
  EXPECT_EQ(its.serialise(), mine.serialise());
  EXPECT_THAT(children(), testing::IsEmpty());
}

TEST(Isolated, TellsWhichSignalEndedTheCodec) {
  for (const auto& [number, name] :
       {std::pair{SIGSEGV, "(signal 11, Segmentation fault)"}, std::pair{SIGABRT, "(signal 6, Aborted)"}}) {
    Encoding encoding;
    ::kill(encoding.child(), number);
    EXPECT_EQ(encoding.error(ExitStatus::codec), std::string("the codec crashed ") + name);
  }
  EXPECT_THAT(children(), testing::IsEmpty());
}

TEST(Isolated, BeginsAgainWhereItsProcessIsKilledFromOutside) {
  Encoding encoding;
  const auto first = encoding.child();
  ::kill(first, SIGKILL);
  EXPECT_EQ(encoding.chunk().frames.size(), static_cast<std::size_t>(test::lane_clip_frames));
}

TEST(Isolated, AStopRequestEndsTheChildAtOnce) {
  Encoding encoding;
  static_cast<void>(encoding.child());
  encoding.stop.request_stop();
  EXPECT_TRUE(encoding.chunk().packets.empty());
  EXPECT_THAT(children(), testing::IsEmpty());
}

TEST(Isolated, PassesErrorsOn) {
  auto settings = test::lane_settings();
  settings.options.preset = "swift";
  EXPECT_THAT(Encoding(settings).error(ExitStatus::usage), HasSubstr("--preset swift"));
  std::atomic<std::int64_t> frames = 0;
  const Bytes half(3);
  EXPECT_THROW(static_cast<void>(encode_isolated(half, test::lane_settings(), {}, frames)), Error);
}

TEST(Isolated, TheChildHasNothingOfTheRank) {
  ::setenv("OMPI_COMM_WORLD_RANK", "1", 1);
  ::setenv("PMIX_RANK", "1", 1);
  ::setenv("MPIENC_JOB", "mark", 1);
  Encoding encoding;
  const fs::path process = "/proc/" + std::to_string(encoding.child());
  const auto environment = read(process / "environ");
  EXPECT_THAT(environment, Not(HasSubstr("OMPI_")));
  EXPECT_THAT(environment, Not(HasSubstr("PMIX_")));
  EXPECT_THAT(environment, HasSubstr("MPIENC_JOB=mark"));
  for (const auto& file : fs::directory_iterator(process / "fd")) {
    EXPECT_LE(std::stoi(file.path().filename()), 4);
  }
  // INT, TERM, HUP, USR1 and USR2 are bits 1, 14, 0, 9 and 11.
  EXPECT_THAT(read(process / "status"), HasSubstr("SigBlk:\t0000000000004a03"));
  ::kill(encoding.child(), SIGTERM);
  EXPECT_FALSE(encoding.chunk().packets.empty()) << "ending it is its parent's to do";
}

TEST(Isolated, IsKnownByItsWord) {
  const std::array words{"mpienc", "--isolated-chunk", "film.mkv"};
  EXPECT_TRUE(is_isolated_child(2, words.data()));
  EXPECT_FALSE(is_isolated_child(3, words.data()));
  EXPECT_FALSE(is_isolated_child(1, words.data()));
}

}  // namespace
}  // namespace mpienc::encode

/// The child runs this very program.
int main(int argc, char** argv) {
  if (mpienc::encode::is_isolated_child(argc, argv)) return mpienc::encode::run_isolated_child();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
