#include "mpienc/app/marker_keeper.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>

#include "mpienc/app/marker.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;

class MarkerKept : public testing::Test {
 protected:
  MarkerKept() {
    fs::create_directory(folder_);
    std::ofstream(marker_) << "begun\n";
    ::setenv(marker_variable, marker_.c_str(), 1);
  }
  ~MarkerKept() override {
    ::unsetenv(marker_variable);
    fs::remove_all(folder_);
  }

  fs::path folder_ = fs::temp_directory_path() / ("mpienc-keeper-" + std::to_string(::getpid()));
  fs::path marker_ = folder_ / "attempt-0";
};

TEST_F(MarkerKept, StandsUntilItIsTakenAway) {
  EXPECT_TRUE(marker_stands());
  require_marker();
  fs::rename(marker_, folder_ / "over");
  EXPECT_FALSE(marker_stands());
  try {
    require_marker();
    ADD_FAILURE() << "the output would be written";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::cluster);
  }
  fs::remove_all(folder_);
  EXPECT_FALSE(marker_stands()) << "the folder has gone as well";
}

TEST_F(MarkerKept, WithoutTheVariableNobodyAsks) {
  ::unsetenv(marker_variable);
  EXPECT_TRUE(marker_stands());
  const MarkerKeeper keeper;
  EXPECT_FALSE(fs::exists(beat_file(marker_)));
}

TEST_F(MarkerKept, BeatsWhileItLives) {
  const MarkerKeeper keeper;
  for (int i = 0; i < 1000 && !fs::exists(beat_file(marker_)); ++i) ::usleep(10'000);
  EXPECT_TRUE(fs::exists(beat_file(marker_)));
}

TEST_F(MarkerKept, EndsTheProcessOnceTheMarkerIsGone) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        const MarkerKeeper keeper;
        fs::remove(marker_);
        for (;;) ::pause();
      },
      testing::ExitedWithCode(static_cast<int>(ExitStatus::cluster)), "given this attempt up");
}

}  // namespace
}  // namespace mpienc::app
