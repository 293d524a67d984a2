#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mpienc/app/handshake.hpp"

namespace mpienc::app {
namespace {

using testing::HasSubstr;

Hello hello_of(const std::string& host, const std::string& versions = "mpienc 1\nx264 164\nlavc 59.37\n") {
  Hello hello;
  hello.host = host;
  hello.versions = versions;
  hello.processors.allowed = {0, 2, 5};
  hello.processors.online = 8;
  hello.processors.memory_available = std::int64_t{3} << 33;
  return hello;
}

std::string complaint(const Hello& hello, const Hello& own) {
  try {
    require_alike(3, hello, own, "avx2");
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::cluster);
    return error.what();
  }
}

Bytes bytes_of(const std::string& text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

TEST(Hello, ArrivesAsItWasSent) {
  for (const auto& quota : {std::optional<double>{}, std::optional(1.5)}) {
    for (const bool has : {true, false}) {
      auto hello = hello_of("node-\"7\"");
      hello.processors.cpu_quota = quota;
      hello.has_instruction_set = has;
      const auto got = Hello::parse(hello.serialise());
      EXPECT_EQ(got.host, hello.host);
      EXPECT_EQ(got.versions, hello.versions);
      EXPECT_EQ(got.has_instruction_set, has);
      EXPECT_EQ(got.processors.allowed, hello.processors.allowed);
      EXPECT_EQ(got.processors.online, 8);
      EXPECT_EQ(got.processors.memory_available, hello.processors.memory_available);
      EXPECT_EQ(got.processors.cpu_quota, quota);
    }
  }
}

TEST(Hello, OfAnotherProgramIsAnError) {
  EXPECT_THROW(static_cast<void>(Hello::parse(bytes_of("\x01\x02 not json"))), Error);
  EXPECT_THROW(static_cast<void>(Hello::parse({})), Error);
}

TEST(Hello, OfThisProcessIsComplete) {
  const auto hello = introduce(true);
  EXPECT_FALSE(hello.host.empty());
  EXPECT_THAT(hello.versions, HasSubstr("x264"));
  EXPECT_FALSE(hello.processors.allowed.empty());
  EXPECT_TRUE(hello.has_instruction_set);
}

TEST(Setup, ArrivesAsItWasSent) {
  app::Setup setup;
  setup.lanes = 12;
  encode::VideoSettings video;
  video.width = 1920;
  video.options.crf = 21.5;
  video.filters = "hflip";
  setup.settings = video;
  const auto got = app::Setup::parse(setup.serialise());
  EXPECT_EQ(got.lanes, 12);
  const auto& settings = std::get<encode::VideoSettings>(got.settings);
  EXPECT_EQ(settings.width, 1920);
  EXPECT_EQ(settings.options.crf, 21.5);
  EXPECT_EQ(settings.filters, "hflip");
}

TEST(Setup, OfAJobWithoutVideoSaysSo) {
  const auto got = app::Setup::parse(app::Setup{3, encode::NoVideo{}}.serialise());
  EXPECT_EQ(got.lanes, 3);
  EXPECT_TRUE(std::holds_alternative<encode::NoVideo>(got.settings));
}

TEST(Failure, ArrivesAsItWasSent) {
  const auto got = Failure::parse(Failure{ExitStatus::codec, "no decoder"}.serialise());
  EXPECT_EQ(got.status, ExitStatus::codec);
  EXPECT_EQ(got.line, "no decoder");
  EXPECT_THROW(static_cast<void>(Failure::parse(bytes_of("x"))), Error);
}

TEST(RequireAlike, AcceptsOtherHostsOfTheSameVersions) {
  auto other = hello_of("b");
  other.processors.allowed = {1};
  EXPECT_EQ(complaint(other, hello_of("a")), "");
}

TEST(RequireAlike, NamesTheRankTheHostAndTheLineThatDiffers) {
  const auto line = complaint(hello_of("node9", "mpienc 1\nx264 163\nlavc 59.37\n"), hello_of("a"));
  EXPECT_THAT(line, HasSubstr("rank 3 on node9"));
  EXPECT_THAT(line, HasSubstr("x264 163 where rank 0 has x264 164"));
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(RequireAlike, NamesALineThatIsMissing) {
  EXPECT_THAT(complaint(hello_of("b", "mpienc 1\nx264 164\n"), hello_of("a")),
              HasSubstr("nothing where rank 0 has lavc 59.37"));
}

TEST(RequireAlike, NamesTheInstructionSet) {
  auto old = hello_of("attic");
  old.has_instruction_set = false;
  const auto line = complaint(old, hello_of("a"));
  EXPECT_THAT(line, HasSubstr("rank 3 on attic"));
  EXPECT_THAT(line, HasSubstr("avx2"));
}

}  // namespace
}  // namespace mpienc::app
