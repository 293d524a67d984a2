#include "mpienc/report/job_status_json.hpp"

#include <gmock/gmock.h>

#include "made_status.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/report/json_text.hpp"
#include "mpienc/report/text_columns.hpp"

namespace mpienc::report {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(parse_status(text));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::input);
    return error.what();
  }
  return "taken";
}

/// A good document with one piece of its text changed.
std::string with(const std::string& from, const std::string& to) {
  JobStatus status;
  status.output = "/films/film.mkv";
  status.ranks.resize(1);
  auto text = status_text(status);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(JobStatusText, ComesBackAsItWas) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const auto status = test::MadeStatus(seed).job();
    const auto text = status_text(status);
    ASSERT_EQ(parse_status(text), status) << seed << "\n" << text;
    ASSERT_EQ(text.find('\n'), text.size() - 1) << "one line";
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(first_character(rest).bytes)) {
      ASSERT_TRUE(first_character(rest).code) << seed << " is no UTF-8";
    }
  }
}

TEST(JobStatusText, NoTwoTextsBecomeTheSame) {
  EXPECT_EQ(utf8_of("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(utf8_of("\xff"), "\xee\xbf\xbf");
  EXPECT_NE(utf8_of("\xee\xbf\xbf"), utf8_of("\xff"));
  for (unsigned seed = 0; seed < 500; ++seed) {
    const auto text = test::MadeStatus(seed).text();
    EXPECT_EQ(bytes_of(utf8_of(text)), text);
  }
}

TEST(JobStatusText, EveryHalfIsRefused) {
  const auto text = status_text(test::MadeStatus(3).job());
  for (std::size_t size = 0; size + 2 < text.size(); ++size)
    ASSERT_NE(refusal(text.substr(0, size)), "taken") << size;
}

TEST(JobStatusText, DamageIsTakenOrRefusedButNeverMore) {
  std::mt19937 random(1);
  const auto text = status_text(test::MadeStatus(5).job());
  for (int i = 0; i < 5000; ++i) {
    auto damaged = text;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    if (i % 3 == 0) damaged.erase(random() % damaged.size(), random() % 9);
    refusal(damaged);
  }
}

TEST(JobStatusText, HostileValuesAreRefusedByName) {
  EXPECT_EQ(refusal(with("\"pid\":0", "\"pid\":0")), "taken");
  EXPECT_THAT(refusal(with("\"pid\":0", "\"pid\":1e300")), HasSubstr("'pid'"));
  EXPECT_THAT(refusal(with("\"pid\":0", "\"pid\":18446744073709551615")), HasSubstr("'pid'"));
  EXPECT_THAT(refusal(with("\"planned\":0", "\"planned\":4294967296")), HasSubstr("'planned'"));
  EXPECT_THAT(refusal(with("\"planned\":0", "\"planned\":-4294967296")), HasSubstr("'planned'"));
  EXPECT_THAT(refusal(with("\"planned\":0", "\"planned\":\"many\"")), HasSubstr("'planned'"));
  EXPECT_THAT(refusal(with("\"elapsed\":0.0", "\"elapsed\":1e999")), testing::Ne("taken"));
  EXPECT_THAT(refusal(with("\"elapsed\":0.0", "\"elapsed\":1e200")), HasSubstr("'elapsed'"));
  EXPECT_THAT(refusal(with("\"state\":\"starting\"", "\"state\":\"asleep\"")), HasSubstr("'state'"));
  EXPECT_THAT(refusal(with("\"inputs\":[]", "\"inputs\":[1]")), HasSubstr("'inputs'"));
  EXPECT_THAT(refusal(with("\"running\":[]", "\"running\":[\"a\"]")), HasSubstr("'running'"));
  EXPECT_THAT(refusal(with("\"ranks\":[", "\"ranks\":[7,")), HasSubstr("'ranks'"));
  EXPECT_THAT(refusal(with("\"job\"", "\"jobs\"")), HasSubstr("'job'"));
  EXPECT_THAT(refusal(with("\"mpienc_status\":1", "\"mpienc_status\":2")), HasSubstr("version 2"));
  EXPECT_THAT(refusal("{\"a\":1}"), HasSubstr("no status file of mpienc"));
  EXPECT_EQ(refusal(with("\"program\"", "\"new\":[1,{}],\"program\"")), "taken")
      << "what a later mpienc adds";
}

TEST(JobStatusText, DepthEndsNothing) {
  const std::string deep(2'000'000, '[');
  EXPECT_NE(refusal(deep), "taken");
  EXPECT_EQ(refusal(with("\"program\"", "\"new\":" + deep + std::string(deep.size(), ']') + ",\"program\"")),
            "taken");
}

TEST(JobStatusText, ItIsKnownFromOtherFiles) {
  EXPECT_TRUE(is_status_text(status_text({})));
  EXPECT_TRUE(is_status_text("{\"mpienc_status\":99}"));
  EXPECT_TRUE(is_status_text(""));
  EXPECT_FALSE(is_status_text("status: fine\n"));
  EXPECT_FALSE(is_status_text("{\"status\":1}"));
  EXPECT_FALSE(is_status_text("[\"mpienc_status\"]"));
}

TEST(JobStatusText, TheArrayAddsHowStaleEachIs) {
  auto status = test::MadeStatus(7).job();
  status.attempt = std::numeric_limits<int>::min();
  const auto text = status_array({status, {}}, {0.5, 3});
  EXPECT_THAT(text, HasSubstr("\"stale_seconds\": 0.5"));
  EXPECT_THAT(text, HasSubstr("\"stale_seconds\": 3"));
  EXPECT_EQ(status_array({}, {}), "[]\n");
}

}  // namespace
}  // namespace mpienc::report
