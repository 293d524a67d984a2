#include "mpienc/app/join_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "mpienc/app/drain_request.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;

class JoinFileTest : public testing::Test {
 protected:
  JoinFileTest() {
    auto name = (fs::temp_directory_path() / "mpienc-join-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~JoinFileTest() override { fs::remove_all(folder); }
  [[nodiscard]] int files() const {
    return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }

  fs::path folder;
  const JoinInvitation invitation{{{"h1", "192.0.2.1"}, 4711}, fresh_token(), "1;tcp://192.0.2.1:9", "avx2"};
};

TEST_F(JoinFileTest, IsForItsOwnerAloneAndGoneAtTheEnd) {
  const auto path = join_file_of(folder / "film.mkv");
  EXPECT_EQ(path, folder / "film.mkv.join");
  {
    const JoinFile file(path, invitation);
    EXPECT_EQ(read_join_file(path), invitation);
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    EXPECT_EQ(files(), 1) << "nothing half written";
  }
  EXPECT_EQ(files(), 0);
  EXPECT_EQ(join_file_of(folder / "songs/"), folder / "songs.join");
  EXPECT_NE(fresh_token(), fresh_token());
}

TEST_F(JoinFileTest, OnlyTheJobThatHasWrittenItTakesItAway) {
  const auto path = join_file_of(folder / "film.mkv");
  const JoinFile file(path, invitation);
  remove_join_file(path, "of a second start of the command");
  EXPECT_EQ(files(), 1);
  remove_join_file(path, invitation.server);
  EXPECT_EQ(files(), 0);
}

TEST_F(JoinFileTest, TakesThePlaceOfALeftOneButOfNoOtherFile) {
  const auto path = join_file_of(folder / "film.mkv");
  std::ofstream(path) << "my notes\n";
  EXPECT_THROW(JoinFile(path, invitation), Error);
  EXPECT_EQ(files(), 1);
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_THROW(JoinFile(path, invitation), Error);
  fs::remove(path);
  auto other = invitation;
  other.server = "of a job that was killed";
  const JoinFile left(path, other);
  const JoinFile file(path, invitation);
  EXPECT_EQ(read_join_file(path), invitation);
}

TEST_F(JoinFileTest, RefusesWhatIsNoJoinFile) {
  const auto path = folder / "film.mkv.join";
  const auto refusal = [&](const std::string& text) {
    std::ofstream(path) << text;
    try {
      static_cast<void>(read_join_file(path));
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::input);
      return std::string(error.what()).substr(path.string().size() + 2);
    }
    return std::string("taken");
  };
  const std::string good =
      R"({"mpienc_join":1,"hosts":["h"],"port":1,"token":"t","server":"s","simd":"avx2"})";
  const std::string no = " is not a join file of this version of mpienc";
  EXPECT_EQ(refusal(good), "taken");
  const auto with = [&](const std::string& from, const std::string& to) {
    return std::string(good).replace(good.find(from), from.size(), to);
  };
  EXPECT_EQ(refusal(""), no);
  EXPECT_EQ(refusal("\x7f"
                    "ELF\0\1"),
            no);
  EXPECT_EQ(refusal(good.substr(0, 60)), no);
  EXPECT_EQ(refusal(with("\"mpienc_join\":1", "\"mpienc_join\":2")), no);
  EXPECT_EQ(refusal(with("\"port\":1", "\"port\":65536")), no);
  EXPECT_EQ(refusal(with("\"port\":1", "\"port\":\"x\"")), no);
  EXPECT_EQ(refusal(with("[\"h\"]", "[]")), no);
  EXPECT_EQ(refusal(with("\"t\"", R"("t\nready")")), no) << "what is said at a door is one line";
  EXPECT_EQ(refusal(with("avx2", "mmx")), no);
  EXPECT_EQ(refusal(std::string(100'000, '[')), no);
  fs::remove(path);
  EXPECT_THROW(static_cast<void>(read_join_file(path)), Error);
  EXPECT_THROW(static_cast<void>(read_join_file(folder)), Error);
}

/// Waits until there are some.
std::vector<std::string> taken(DrainInbox& inbox) {
  std::vector<std::string> requests;
  for (int looks = 0; looks < 6000 && requests.empty(); ++looks) {
    requests = inbox.take();
    if (requests.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return requests;
}

TEST_F(JoinFileTest, DrainRequestsAreTakenOnceAndOldOnesDropped) {
  const auto output = folder / "film.mkv";
  request_drain(output, "old");
  DrainInbox inbox(output);
  EXPECT_EQ(files(), 0);
  request_drain(folder / "film.mkv2", "others");
  request_drain(output, "3");
  EXPECT_EQ(taken(inbox), std::vector<std::string>{"3"});
  EXPECT_EQ(files(), 1) << "those of other jobs stay";
  const auto request = make_drain_request(output, "node17");
  EXPECT_TRUE(request.filename().string().starts_with("film.mkv.drain.")) << request;
  EXPECT_EQ(taken(inbox), std::vector<std::string>{"node17"});
  EXPECT_FALSE(fs::exists(request));
  EXPECT_EQ(inbox.take(), std::vector<std::string>{});
  EXPECT_THROW(request_drain(folder / "none" / "film.mkv", "1"), Error);
}

TEST_F(JoinFileTest, OnlyUsualFilesAreDrainRequests) {
  std::ofstream(folder / "secret") << "1\n";
  DrainInbox inbox(folder / "film.mkv");
  ASSERT_EQ(::mkfifo((folder / "film.mkv.drain.aaaaaa").c_str(), 0600), 0);
  fs::create_symlink(folder / "secret", folder / "film.mkv.drain.bbbbbb");
  fs::create_directory(folder / "film.mkv.drain.cccccc");
  request_drain(folder / "film.mkv", "2");
  EXPECT_EQ(taken(inbox), std::vector<std::string>{"2"});
  EXPECT_EQ(files(), 4) << "the others stay";
}

TEST_F(JoinFileTest, DrainRequestsForAFolderLieBesideIt) {
  fs::create_directory(folder / "songs");
  DrainInbox inbox(folder / "songs/");
  request_drain(folder / "songs", "h1");
  EXPECT_EQ(taken(inbox), std::vector<std::string>{"h1"});
}

}  // namespace
}  // namespace mpienc::app
