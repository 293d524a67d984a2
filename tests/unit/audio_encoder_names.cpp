#include <gmock/gmock.h>

#include "mpienc/av/encoder_names.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::av {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& name, AVMediaType type) {
  try {
    (void)find_encoder(name, type);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::usage);
    return error.what();
  }
  return "";
}

TEST(EncoderNames, FindsWhatIsThere) {
  EXPECT_STREQ(find_encoder("flac", AVMEDIA_TYPE_AUDIO).name, "flac");
  EXPECT_STREQ(find_encoder("libx264", AVMEDIA_TYPE_VIDEO).name, "libx264");
}

TEST(EncoderNames, NamesNearOnes) {
  const std::string line = refusal("libx246", AVMEDIA_TYPE_VIDEO);
  EXPECT_THAT(line, HasSubstr("no video encoder 'libx246'; did you mean libx264, libx264rgb"));
  EXPECT_THAT(line, HasSubstr("(ffmpeg -encoders lists all)"));
  EXPECT_THAT(refusal("libmp3lam", AVMEDIA_TYPE_AUDIO), HasSubstr("did you mean libmp3lame?"));
  EXPECT_THAT(refusal("mp3", AVMEDIA_TYPE_AUDIO), HasSubstr("did you mean libmp3lame"));
}

TEST(EncoderNames, SuggestsNothingForWhatIsFarFromAll) {
  EXPECT_THAT(refusal("wibblewobble", AVMEDIA_TYPE_AUDIO), Not(HasSubstr("did you mean")));
  EXPECT_THAT(refusal("", AVMEDIA_TYPE_AUDIO), HasSubstr("no audio encoder ''"));
}

TEST(EncoderNames, SaysWhichMediumAnEncoderIsFor) {
  EXPECT_THAT(refusal("aac", AVMEDIA_TYPE_VIDEO), HasSubstr("no video encoder 'aac': it encodes audio"));
}

}  // namespace
}  // namespace mpienc::av
