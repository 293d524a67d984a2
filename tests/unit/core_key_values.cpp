#include "mpienc/core/key_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mpienc/core/error.hpp"

namespace mpienc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <class Function>
std::string refusal(Function function) {
  try {
    static_cast<void>(function());
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::usage);
    return error.what();
  }
  return "none";
}

TEST(KeyValues, AreReadInOrder) {
  EXPECT_THAT(parse_key_values("", "x"), ElementsAre());
  EXPECT_THAT(parse_key_values("b=1:a=:c=2=3", "x"),
              ElementsAre(KeyValue{"b", "1"}, KeyValue{"a", ""}, KeyValue{"c", "2=3"}));
}

TEST(KeyValues, ThatAreNoneAreRefused) {
  for (const auto* text : {"a", "=1", "a=1::b=2", "a=1:b"}) {
    EXPECT_THAT(refusal([&] { return parse_key_values(text, "--where"); }), HasSubstr("--where takes K=V"))
        << text;
  }
  EXPECT_THAT(refusal([] { return parse_key_values("a=1:a=1", "--where"); }), HasSubstr("twice"));
}

TEST(KeyValues, HoldNumbers) {
  EXPECT_EQ(whole_number({"a", "8"}, 0, 8, "x"), 8);
  EXPECT_TRUE(on_or_off({"a", "1"}, "x"));
  EXPECT_FALSE(on_or_off({"a", "0"}, "x"));
  for (const auto* text : {"", "9", "-1", "1x", " 1", "1.0"}) {
    EXPECT_THAT(refusal([&] {
                  return whole_number({"a", text}, 0, 8, "x");
                }),
                HasSubstr("from 0 to 8"))
        << text;
  }
}

}  // namespace
}  // namespace mpienc
