#include <fcntl.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "mpienc/collection/freshness.hpp"
#include "mpienc/core/error.hpp"
#include "output_scratch.hpp"

namespace mpienc::collection {
namespace {

constexpr FileTime source{100, 500};

std::optional<OutputStatus> output_of(FileTime time) { return OutputStatus{true, false, time}; }

TEST(Freshness, WhatIsMissingIsMade) {
  for (const auto existing : {Existing::keep, Existing::update, Existing::overwrite}) {
    EXPECT_EQ(decide(existing, source, std::nullopt).action, Action::make);
  }
}

TEST(Freshness, ANanosecondMakesAnOutputOld) {
  for (const FileTime time : {FileTime{100, 500}, FileTime{100, 501}, FileTime{101, 0}}) {
    EXPECT_EQ(decide(Existing::keep, source, output_of(time)), (Decision{Action::skip, "up to date"}));
    EXPECT_EQ(decide(Existing::update, source, output_of(time)), (Decision{Action::skip, "up to date"}));
    EXPECT_EQ(decide(Existing::overwrite, source, output_of(time)).action, Action::replace);
  }
  for (const FileTime time : {FileTime{100, 499}, FileTime{99, 999'999'999}, FileTime{-1, 0}}) {
    const auto kept = decide(Existing::keep, source, output_of(time));
    EXPECT_EQ(kept.action, Action::skip);
    EXPECT_NE(kept.reason.find("--update"), std::string_view::npos);
    EXPECT_EQ(decide(Existing::update, source, output_of(time)).action, Action::replace);
    EXPECT_EQ(decide(Existing::overwrite, source, output_of(time)).action, Action::replace);
  }
}

TEST(Freshness, NeitherTheSourceNorAFolderIsReplaced) {
  for (const auto existing : {Existing::keep, Existing::update, Existing::overwrite}) {
    EXPECT_EQ(decide(existing, source, OutputStatus{true, true, {}}).action, Action::refuse);
    EXPECT_EQ(decide(existing, source, OutputStatus{false, false, {}}).action, Action::refuse);
  }
}

TEST(Freshness, IsReadFromTheFileSystem) {
  const test::Scratch scratch;
  std::ofstream(scratch / "in") << "x";
  std::ofstream(scratch / "out") << "x";
  std::filesystem::create_symlink("out", scratch / "link");
  std::filesystem::create_hard_link(scratch / "in", scratch / "same");
  const timespec times[] = {{0, UTIME_OMIT}, {1'600'000'000, 7}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (scratch / "out").c_str(), times, 0), 0);

  EXPECT_FALSE(output_status(scratch / "none", scratch / "in"));
  const auto there = output_status(scratch / "out", scratch / "in");
  ASSERT_TRUE(there);
  EXPECT_TRUE(there->regular);
  EXPECT_FALSE(there->is_source);
  EXPECT_EQ(there->modified, (FileTime{1'600'000'000, 7}));
  EXPECT_FALSE(output_status(scratch / "link", scratch / "in")->regular)
      << "a symlink may lead out of the output folder";
  EXPECT_FALSE(output_status(scratch.folder(), scratch / "in")->regular);
  EXPECT_TRUE(output_status(scratch / "same", scratch / "in")->is_source);
  EXPECT_THROW(static_cast<void>(output_status(scratch / "out/below", scratch / "in")), Error);
}

}  // namespace
}  // namespace mpienc::collection
