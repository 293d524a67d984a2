#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "mpienc/app/marker.hpp"

namespace mpienc::app {
namespace {

class MarkerFile : public testing::Test {
 protected:
  MarkerFile() {
    std::string name = testing::TempDir() + "mpienc-marker-XXXXXX";
    folder_ = mkdtemp(name.data());
    file_ = folder_ / "marker";
    setenv(marker_variable, file_.c_str(), 1);
  }
  ~MarkerFile() override {
    unsetenv(marker_variable);
    unsetenv(ranks_variable);
    std::filesystem::remove_all(folder_);
  }
  [[nodiscard]] std::string line() const {
    std::ifstream in(file_);
    std::string text;
    std::getline(in, text);
    return text;
  }
  [[nodiscard]] auto files() const {
    return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
  }

  std::filesystem::path folder_, file_;
};

TEST_F(MarkerFile, TellsEveryStatusInOneLine) {
  for (const auto status :
       {ExitStatus::success, ExitStatus::internal, ExitStatus::usage, ExitStatus::input, ExitStatus::output,
        ExitStatus::codec, ExitStatus::cluster, ExitStatus::interrupted}) {
    write_marker(status);
    EXPECT_EQ(read_marker(file_), (Marker{true, status}));
    EXPECT_EQ(files(), 1);
  }
  EXPECT_EQ(line(), "130 interrupted");
  write_marker(ExitStatus::success);
  EXPECT_EQ(line(), "0 done");
  write_marker(ExitStatus::input);
  EXPECT_EQ(line(), "3 failed");
}

TEST_F(MarkerFile, TellsThatTheJobHasBegun) {
  EXPECT_EQ(read_marker(file_), (Marker{false, std::nullopt}));
  begin_marker(4);
  EXPECT_EQ(read_marker(file_), (Marker{true, std::nullopt}));
}

TEST_F(MarkerFile, NoLineButRankZerosMeansAnEnd) {
  for (const char* text :
       {"0", "0 do", "0 failed", "00 done", "3 done", "7 failed", "done", "\n", " 0 done"}) {
    std::ofstream(file_, std::ios::trunc) << text << "\n";
    EXPECT_EQ(read_marker(file_), (Marker{true, std::nullopt})) << text;
  }
}

TEST_F(MarkerFile, CopiesThatDoNotSeeEachOtherAreRefused) {
  setenv(ranks_variable, "4", 1);
  begin_marker(4);
  try {
    begin_marker(1);
    FAIL() << "one of four";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::usage);
    EXPECT_THAT(error.what(), testing::HasSubstr("--mpirun"));
  }
  EXPECT_EQ(read_marker(file_).status, ExitStatus::usage) << "starting again would not help";
}

TEST_F(MarkerFile, AFolderThatIsNotThereIsToldAtTheStart) {
  setenv(marker_variable, (folder_ / "absent" / "marker").c_str(), 1);
  try {
    begin_marker(1);
    FAIL() << "no folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::cluster);
    EXPECT_THAT(error.what(), testing::HasSubstr("absent/marker"));
  }
  write_marker(ExitStatus::success);
}

TEST_F(MarkerFile, NothingIsWrittenWithoutTheVariable) {
  unsetenv(marker_variable);
  begin_marker(1);
  write_marker(ExitStatus::success);
  EXPECT_EQ(files(), 0);
}

}  // namespace
}  // namespace mpienc::app
