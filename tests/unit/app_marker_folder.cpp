#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "mpienc/app/marker_folder.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;

class Markers : public testing::Test {
 protected:
  Markers() {
    std::string name = testing::TempDir() + "mpienc-markers-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Markers() override { fs::remove_all(folder_); }

  void make(const std::string& name, const std::set<std::string>& files, bool old = false) const {
    fs::create_directory(folder_ / name);
    for (const auto& file : files) std::ofstream(folder_ / name / file) << "begun\n";
    if (old) fs::last_write_time(folder_ / name, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_)) found.insert(entry.path().filename());
    return found;
  }

  fs::path folder_;
};

TEST_F(Markers, GoWithTheirLaunch) {
  {
    const MarkerFolder folder(folder_ / "film.mkv");
    std::ofstream(folder.marker(0)) << "begun\n";
    EXPECT_EQ(folder.marker(1).parent_path().parent_path(), folder_);
    EXPECT_THAT(names(), testing::ElementsAre(testing::StartsWith(".film.mkv.marker-")));
  }
  EXPECT_THAT(names(), testing::IsEmpty());
}

TEST_F(Markers, ThoseOfKilledLaunchesAreSwept) {
  make(".film.mkv.marker-abcdef", {"lock", "attempt-0", "attempt-0.alive", "hosts"});
  make(".film.mkv.marker-ghijkl", {}, true);
  { const MarkerFolder folder(folder_ / "film.mkv"); }
  EXPECT_THAT(names(), testing::IsEmpty());
}

TEST_F(Markers, OfALaunchThatRunsStay) {
  auto first = std::make_unique<MarkerFolder>(folder_ / "film.mkv");
  std::ofstream(first->marker(0)) << "begun\n";
  { const MarkerFolder second(folder_ / "film.mkv"); }
  EXPECT_TRUE(fs::exists(first->marker(0)));
  first.reset();
  EXPECT_THAT(names(), testing::IsEmpty());
}

TEST_F(Markers, OthersStay) {
  const std::set<std::string> others{".film.mkv.marker-abcdefg", ".other.mkv.marker-abcdef",
                                     "film.mkv.marker-abcdef"};
  for (const auto& name : others) make(name, {"lock"});
  make(".film.mkv.marker-nolock", {"attempt-0"}, true);
  make(".film.mkv.marker-newone", {});
  fs::create_directory_symlink(folder_ / ".other.mkv.marker-abcdef", folder_ / ".film.mkv.marker-linked");
  const auto before = names();
  { const MarkerFolder folder(folder_ / "film.mkv"); }
  EXPECT_EQ(names(), before);
}

TEST_F(Markers, WithoutAFolderTheLineSaysWhy) {
  try {
    const MarkerFolder folder(folder_ / "missing" / "film.mkv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::output);
    EXPECT_THAT(error.what(), testing::HasSubstr("No such file"));
  }
}

}  // namespace
}  // namespace mpienc::app
