#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <string>
#include <vector>

#include "mpienc/input/picture.hpp"

namespace mpienc::input {
namespace {

using Data = std::vector<std::uint8_t>;
using Leading = Picture::Leading;

Data join(std::initializer_list<Data> parts) {
  Data all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

av::Packet packet_of(const Data& data, int flags = AV_PKT_FLAG_KEY, std::int64_t pts = 1000) {
  auto packet = av::make_packet();
  EXPECT_EQ(av_new_packet(packet.get(), static_cast<int>(data.size())), 0);
  if (!data.empty()) std::memcpy(packet->data, data.data(), data.size());
  packet->flags = flags;
  packet->pts = packet->dts = pts;
  return packet;
}

Picture inspect(AVCodecID codec, const Data& data, int flags = AV_PKT_FLAG_KEY, std::int64_t pts = 1000,
                const Data& extradata = {}) {
  auto parameters = av::make_codec_parameters();
  parameters->codec_type = AVMEDIA_TYPE_VIDEO;
  parameters->codec_id = codec;
  if (!extradata.empty()) {
    parameters->extradata =
        static_cast<std::uint8_t*>(av_mallocz(extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    std::memcpy(parameters->extradata, extradata.data(), extradata.size());
    parameters->extradata_size = static_cast<int>(extradata.size());
  }
  return PictureParser(*parameters).inspect(*packet_of(data, flags, pts));
}

const Data sequence_header = {0, 0, 1, 0xb3, 0x2d, 0x02, 0x40, 0x33};
const Data group_header = {0, 0, 1, 0xb8, 0x00, 0x08, 0x00, 0x40};

/// temporal_reference 5 and a picture_coding_type: 1 I, 2 P, 3 B (ISO/IEC 13818-2, 6.3.9).
Data mpeg2_picture(int type) {
  return {0, 0, 1, 0x00, 0x01, static_cast<std::uint8_t>(0x40 | type << 3), 0xff, 0xf8, 0, 0, 1, 0x01, 0x23};
}

class Mpeg12 : public testing::TestWithParam<AVCodecID> {};
INSTANTIATE_TEST_SUITE_P(Both, Mpeg12, testing::Values(AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO));

TEST_P(Mpeg12, CutsAtAnIntraPictureAfterASequenceHeader) {
  const auto picture = inspect(GetParam(), join({sequence_header, group_header, mpeg2_picture(1)}));
  EXPECT_TRUE(picture.safe_cut);
  EXPECT_FALSE(picture.bidirectional);
  EXPECT_EQ(picture.leading, Leading::no);
}

TEST_P(Mpeg12, DoesNotCutWithoutASequenceHeader) {
  EXPECT_FALSE(inspect(GetParam(), join({group_header, mpeg2_picture(1)})).safe_cut);
  EXPECT_FALSE(inspect(GetParam(), mpeg2_picture(1)).safe_cut);
}

TEST_P(Mpeg12, DoesNotCutWhereTheSequenceHeaderComesAfterThePicture) {
  EXPECT_FALSE(inspect(GetParam(), join({mpeg2_picture(1), sequence_header})).safe_cut);
}

TEST_P(Mpeg12, DoesNotCutAtOtherPicturesOrWithoutTheKeyFlag) {
  EXPECT_FALSE(inspect(GetParam(), join({sequence_header, mpeg2_picture(2)})).safe_cut);
  EXPECT_FALSE(inspect(GetParam(), join({sequence_header, mpeg2_picture(1)}), 0).safe_cut);
  EXPECT_FALSE(inspect(GetParam(), sequence_header).safe_cut);
  EXPECT_FALSE(inspect(GetParam(), {}).safe_cut);
}

TEST_P(Mpeg12, TellsPicturesOfTypeB) {
  const auto b = inspect(GetParam(), mpeg2_picture(3), 0);
  EXPECT_TRUE(b.bidirectional);
  EXPECT_EQ(b.leading, Leading::yes);
  EXPECT_FALSE(b.safe_cut);
  const auto p = inspect(GetParam(), mpeg2_picture(2), 0);
  EXPECT_FALSE(p.bidirectional);
  EXPECT_EQ(p.leading, Leading::no);
}

TEST(Mpeg4, ReadsTheCodingTypeOfTheVop) {
  const Data i = {0, 0, 1, 0xb6, 0x10, 0x60};
  const Data b = {0, 0, 1, 0xb6, 0x90, 0x60};
  EXPECT_TRUE(inspect(AV_CODEC_ID_MPEG4, i).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_MPEG4, i, 0).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_MPEG4, i).bidirectional);
  EXPECT_TRUE(inspect(AV_CODEC_ID_MPEG4, b, 0).bidirectional);
  EXPECT_EQ(inspect(AV_CODEC_ID_MPEG4, b, 0).leading, Leading::yes);
}

const Data idr = {0, 0, 0, 1, 0x65, 0x88, 0x84};
const Data slice = {0, 0, 0, 1, 0x41, 0x9a, 0x24};
const Data recovery_0 = {0, 0, 0, 1, 0x06, 6, 1, 0xc4, 0x80};
const Data recovery_2 = {0, 0, 0, 1, 0x06, 6, 1, 0x62, 0x80};

TEST(H264, CutsAtIdrPictures) {
  EXPECT_TRUE(inspect(AV_CODEC_ID_H264, idr).safe_cut);
  EXPECT_TRUE(inspect(AV_CODEC_ID_H264, join({recovery_2, idr})).safe_cut);
}

TEST(H264, CutsAtARecoveryPointThatNeedsNoPictures) {
  EXPECT_TRUE(inspect(AV_CODEC_ID_H264, join({recovery_0, slice})).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_H264, join({recovery_0, slice}), 0).safe_cut) << "no key flag";
  EXPECT_FALSE(inspect(AV_CODEC_ID_H264, join({recovery_0, slice}), AV_PKT_FLAG_KEY, AV_NOPTS_VALUE).safe_cut)
      << "without pts leading pictures cannot be told";
}

TEST(H264, DoesNotCutWhereRecoveryTakesPictures) {
  EXPECT_FALSE(inspect(AV_CODEC_ID_H264, join({recovery_2, slice})).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_H264, slice).safe_cut) << "a key flag alone proves nothing";
}

TEST(H264, LeavesLeadingPicturesToTheirPts) {
  EXPECT_EQ(inspect(AV_CODEC_ID_H264, slice, 0).leading, Leading::by_pts);
}

TEST(H264, ReadsLengthPrefixedPackets) {
  const Data avcc = {1, 100, 0, 31, 0xff, 0xe1, 0};
  EXPECT_TRUE(inspect(AV_CODEC_ID_H264, {0, 0, 0, 2, 0x65, 0x88}, AV_PKT_FLAG_KEY, 0, avcc).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_H264, {0, 0, 0, 2, 0x41, 0x88}, AV_PKT_FLAG_KEY, 0, avcc).safe_cut);
  EXPECT_TRUE(inspect(AV_CODEC_ID_H264, {0, 0, 0, 5, 6, 6, 1, 0xc4, 0x80, 0, 0, 0, 2, 0x41, 0x88},
                      AV_PKT_FLAG_KEY, 0, avcc)
                  .safe_cut);
}

Data hevc_unit(int type) { return {0, 0, 1, static_cast<std::uint8_t>(type << 1), 1, 0xaf}; }

TEST(Hevc, CutsAtEveryIrapPictureAndNowhereElse) {
  constexpr int vps = 32;
  for (int type = 0; type < 32; ++type) {
    const auto picture = inspect(AV_CODEC_ID_HEVC, join({hevc_unit(vps), hevc_unit(type)}), 0);
    EXPECT_EQ(picture.safe_cut, type >= 16 && type <= 23) << "NAL unit type " << type;
    EXPECT_EQ(picture.leading, type >= 6 && type <= 9 ? Leading::yes : Leading::no)
        << "NAL unit type " << type;
  }
}

TEST(Hevc, JudgesByTheFirstSlice) {
  constexpr int trail = 1, cra = 21;
  EXPECT_FALSE(inspect(AV_CODEC_ID_HEVC, join({hevc_unit(trail), hevc_unit(cra)})).safe_cut);
}

TEST(OtherCodecs, CutAtKeyPackets) {
  EXPECT_TRUE(inspect(AV_CODEC_ID_VP9, {1, 2, 3}).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_VP9, {1, 2, 3}, 0).safe_cut);
}

TEST(Discard, IsNeverACut) {
  constexpr int flags = AV_PKT_FLAG_KEY | AV_PKT_FLAG_DISCARD;
  EXPECT_FALSE(inspect(AV_CODEC_ID_MPEG2VIDEO, join({sequence_header, mpeg2_picture(1)}), flags).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_MPEG4, {0, 0, 1, 0xb6, 0x10, 0x60}, flags).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_H264, idr, flags).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_HEVC, hevc_unit(19), flags).safe_cut);
  EXPECT_FALSE(inspect(AV_CODEC_ID_VP9, {1, 2, 3}, flags).safe_cut);
}

}  // namespace
}  // namespace mpienc::input
