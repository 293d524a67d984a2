#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

#include "mpienc/input/chunk_cutter.hpp"

namespace mpienc::input {
namespace {

constexpr Ticks step = 3600;  ///< a frame of 25/s in 1/90000 s

using Data = std::vector<std::uint8_t>;

struct ModelPicture {
  enum class Kind { safe_key, other_key, anchor, b } kind = Kind::anchor;
  bool leading = false;  ///< a B picture between a safe key and the next anchor
  Ticks dts = 0, pts = 0;
  bool has_pts = true;
};
using Kind = ModelPicture::Kind;

Data mpeg2_bytes(Kind kind) {
  Data data;
  if (kind == Kind::safe_key) data = {0, 0, 1, 0xb3, 0x2d, 0x02, 0x40, 0x33};
  const int type = kind == Kind::b ? 3 : kind == Kind::anchor ? 2 : 1;
  data.insert(data.end(), {0, 0, 1, 0x00, 0x01, static_cast<std::uint8_t>(type << 3), 0xff, 0xf8});
  return data;
}

Data h264_bytes(Kind kind) {
  switch (kind) {
    case Kind::safe_key: return {0, 0, 1, 6, 6, 1, 0xc4, 0x80, 0, 0, 1, 0x41, 0x9a};
    case Kind::other_key: return {0, 0, 1, 6, 6, 1, 0x62, 0x80, 0, 0, 1, 0x41, 0x9a};
    default: return {0, 0, 1, 0x41, 0x9a};
  }
}

Data hevc_bytes(const ModelPicture& picture) {
  const int type = picture.kind == Kind::safe_key ? 21 : picture.leading ? 8 : 1;
  return {0, 0, 1, static_cast<std::uint8_t>(type << 1), 1, 0xaf};
}

/// Pictures in coded order as an encoder with one reorder step codes them: a picture that others wait for
/// is shown when the next such one is decoded, a B picture at once.
class Model {
 public:
  Model(unsigned seed, AVCodecID codec) : random_(seed), codec_(codec) {
    const bool loses_pts = codec == AV_CODEC_ID_MPEG2VIDEO && pick(0, 2) > 0;
    for (int gops = pick(1, 30); gops > 0; --gops) add_gop();
    const Ticks origin = pick(-3, 100) * step;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      pictures[i].dts = origin + static_cast<Ticks>(i) * step;
      pictures[i].has_pts = !loses_pts || pick(0, 3) == 0;
    }
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      auto next = i + 1;
      while (next < pictures.size() && pictures[next].kind == Kind::b) ++next;
      pictures[i].pts =
          pictures[i].kind == Kind::b ? pictures[i].dts : pictures[0].dts + static_cast<Ticks>(next) * step;
    }
  }

  std::vector<ModelPicture> pictures;

  av::Packet packet(std::size_t id, int padding = 0) {
    const auto& picture = pictures[id];
    Data data = codec_ == AV_CODEC_ID_MPEG2VIDEO ? mpeg2_bytes(picture.kind)
                : codec_ == AV_CODEC_ID_H264     ? h264_bytes(picture.kind)
                                                 : hevc_bytes(picture);
    data.resize(data.size() + static_cast<std::size_t>(padding), 0xff);
    auto packet = av::make_packet();
    EXPECT_EQ(av_new_packet(packet.get(), static_cast<int>(data.size())), 0);
    std::memcpy(packet->data, data.data(), data.size());
    packet->pos = static_cast<std::int64_t>(id);
    packet->dts = picture.dts;
    packet->pts = picture.has_pts ? picture.pts : AV_NOPTS_VALUE;
    packet->duration = step;
    if (picture.kind == Kind::safe_key || picture.kind == Kind::other_key) packet->flags |= AV_PKT_FLAG_KEY;
    return packet;
  }

  [[nodiscard]] av::Stream stream() const {
    av::Stream stream;
    stream.parameters = av::make_codec_parameters();
    stream.parameters->codec_type = AVMEDIA_TYPE_VIDEO;
    stream.parameters->codec_id = codec_;
    stream.time_base = {1, 90000};
    stream.frame_rate = {25, 1};
    return stream;
  }

  [[nodiscard]] double seconds(std::int64_t id) const { return static_cast<double>(id * step) / 90000; }
  [[nodiscard]] std::int64_t leading_after(std::int64_t key) const {
    std::int64_t count = 0;
    for (auto i = static_cast<std::size_t>(key) + 1; i < pictures.size() && pictures[i].leading; ++i) ++count;
    return count;
  }
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

 private:
  void add_gop() {
    const bool safe = pictures.empty() || pick(0, 5) > 0;
    pictures.push_back({safe ? Kind::safe_key : Kind::other_key});
    add_b_pictures(pictures.size() == 1 ? 0 : pick(0, 3), safe);
    for (int anchors = pick(1, 12); anchors > 0; --anchors) {
      pictures.push_back({Kind::anchor});
      add_b_pictures(pick(0, 3), false);
    }
  }
  void add_b_pictures(int count, bool leading) {
    for (; count > 0; --count) pictures.push_back({Kind::b, leading});
  }

  std::mt19937_64 random_;
  AVCodecID codec_;
};

std::vector<CutChunk> cut(Model& model, CutterSettings settings, int padding = 0) {
  ChunkCutter cutter(model.stream(), std::move(settings));
  std::vector<CutChunk> chunks;
  for (std::size_t id = 0; id < model.pictures.size(); ++id) {
    if (auto chunk = cutter.push(model.packet(id, padding), std::nullopt))
      chunks.push_back(std::move(*chunk));
  }
  while (auto chunk = cutter.finish()) chunks.push_back(std::move(*chunk));
  return chunks;
}

/// Each packet's pictures belong to one chunk: to its own, or, where it leads the key, to the one before.
void check_ownership(const Model& model, const std::vector<CutChunk>& chunks) {
  std::vector<int> owners(model.pictures.size(), 0);
  std::int64_t next = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const auto& [chunk, first, last, own_leading, source, time_base, packets, times] = chunks[i];
    EXPECT_EQ(chunk.index, static_cast<int>(i));
    EXPECT_EQ(first, i == 0);
    EXPECT_EQ(last, i + 1 == chunks.size());
    EXPECT_NE(source, nullptr);
    ASSERT_EQ(chunk.first_packet, next);
    ASSERT_GT(chunk.end_packet, chunk.first_packet);
    next = chunk.end_packet;
    EXPECT_EQ(own_leading, first ? 0 : model.leading_after(chunk.first_packet));
    const auto tail = last ? 0 : 1 + model.leading_after(chunk.end_packet);
    ASSERT_EQ(static_cast<std::int64_t>(packets.size()), chunk.packets() + tail);
    ASSERT_EQ(times.size(), packets.size());
    std::int64_t bytes = 0;
    for (std::size_t p = 0; p < packets.size(); ++p) {
      const auto id = chunk.first_packet + static_cast<std::int64_t>(p);
      ASSERT_EQ(packets[p]->pos, id);
      bytes += packets[p]->size;
      const bool is_own_leading = id > chunk.first_packet && id <= chunk.first_packet + own_leading;
      const bool is_next_key = !last && id == chunk.end_packet;
      if (!is_own_leading && !is_next_key) ++owners[static_cast<std::size_t>(id)];
    }
    EXPECT_EQ(chunk.bytes, bytes);
  }
  EXPECT_EQ(next, static_cast<std::int64_t>(model.pictures.size()));
  for (std::size_t id = 0; id < owners.size(); ++id) EXPECT_EQ(owners[id], 1) << "packet " << id;
}

/// Missing times of MPEG-2 are found from the next picture that is no B picture; the last has none.
void check_times(const Model& model, const std::vector<CutChunk>& chunks) {
  auto last_anchor = model.pictures.size() - 1;
  while (model.pictures[last_anchor].kind == Kind::b) --last_anchor;
  for (const auto& chunk : chunks) {
    for (std::size_t p = 0; p < chunk.times.size(); ++p) {
      const auto id = static_cast<std::size_t>(chunk.chunk.first_packet) + p;
      const auto& picture = model.pictures[id];
      EXPECT_EQ(chunk.times[p].duration, step);
      if (id == last_anchor && !picture.has_pts) {
        EXPECT_EQ(chunk.times[p].pts, MaybeTicks{});
      } else {
        EXPECT_EQ(chunk.times[p].pts, MaybeTicks{picture.pts})
            << "packet " << id << " in chunk " << chunk.chunk.index;
      }
    }
  }
}

/// A chunk ends at the first safe key at or after its target.
void check_lengths(const Model& model, const std::vector<CutChunk>& chunks, double target) {
  constexpr double rounding = 1e-6;
  for (const auto& chunk : chunks) {
    const auto begin = chunk.chunk.first_packet;
    EXPECT_NEAR(chunk.chunk.start_seconds, model.seconds(begin), rounding);
    EXPECT_NEAR(chunk.chunk.end_seconds, model.seconds(chunk.chunk.end_packet), rounding);
    if (!chunk.last) {
      EXPECT_GE(chunk.chunk.seconds(), target - rounding);
      EXPECT_EQ(model.pictures[static_cast<std::size_t>(chunk.chunk.end_packet)].kind, Kind::safe_key);
    }
    for (auto id = begin + 1; id < chunk.chunk.end_packet; ++id) {
      if (model.pictures[static_cast<std::size_t>(id)].kind != Kind::safe_key) continue;
      EXPECT_LT(model.seconds(id - begin), target + rounding)
          << "a safe key at packet " << id << " was passed by";
    }
  }
}

class EveryCodec : public testing::TestWithParam<AVCodecID> {};
INSTANTIATE_TEST_SUITE_P(Codecs, EveryCodec,
                         testing::Values(AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_H264, AV_CODEC_ID_HEVC),
                         [](const auto& codec) { return std::string(avcodec_get_name(codec.param)); });

TEST_P(EveryCodec, CutsRandomStreamsIntoWhole) {
  int cuts = 0, tails = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Model model(seed, GetParam());
    const double target = 0.07 + 0.01 * model.pick(0, 400);
    const auto chunks = cut(model, {.target = [=](double, std::optional<double>) { return target; }});
    check_ownership(model, chunks);
    check_times(model, chunks);
    check_lengths(model, chunks, target);
    cuts += static_cast<int>(chunks.size()) - 1;
    for (const auto& chunk : chunks) tails += chunk.own_leading > 0 ? 1 : 0;
    if (HasFailure()) return;
  }
  EXPECT_GT(cuts, 1000);
  EXPECT_GT(tails, 500);
}

TEST_P(EveryCodec, ClosesLargeChunksEarlyButNotBelowASecond) {
  Model model(7, GetParam());
  while (model.pictures.size() < 500) model = Model(static_cast<unsigned>(model.pictures.size()), GetParam());
  const auto chunks = cut(model, {[](double, std::optional<double>) { return 1e9; }, 10'000}, 500);
  check_ownership(model, chunks);
  ASSERT_GT(chunks.size(), 3U);
  for (const auto& chunk : chunks) {
    if (chunk.last) continue;
    EXPECT_GE(chunk.chunk.seconds(), 1.0 - 1e-6);
    EXPECT_GE(chunk.chunk.bytes, 10'000);
    EXPECT_LT(chunk.chunk.seconds(), 6.0);
  }
}

TEST(ChunkCutter, GivesNothingForAnEmptyStream) {
  Model model(1, AV_CODEC_ID_H264);
  ChunkCutter cutter(model.stream(), {.target = [](double, std::optional<double>) { return 1.0; }});
  EXPECT_FALSE(cutter.finish().has_value());
}

TEST(ChunkCutter, AsksForTheTargetAtThePlaceInTheProgramme) {
  Model model(3, AV_CODEC_ID_H264);
  std::vector<std::pair<double, std::optional<double>>> asked;
  ChunkCutter cutter(model.stream(), {.target = [&](double seconds, std::optional<double> fraction) {
                       asked.emplace_back(seconds, fraction);
                       return 1e9;
                     }});
  for (std::size_t id = 0; id < model.pictures.size(); ++id) {
    EXPECT_FALSE(cutter.push(model.packet(id), 0.5).has_value());
  }
  std::vector<std::pair<double, std::optional<double>>> expected;
  for (std::size_t id = 1; id < model.pictures.size(); ++id) {
    if (model.pictures[id].kind == Kind::safe_key)
      expected.emplace_back(model.seconds(static_cast<std::int64_t>(id)), 0.5);
  }
  ASSERT_EQ(asked.size(), expected.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    EXPECT_NEAR(asked[i].first, expected[i].first, 1e-6);
    EXPECT_EQ(asked[i].second, expected[i].second);
  }
}

TEST(ChunkCutter, GivesLaterChunksTheExtradataThatCameInBand) {
  Model model(5, AV_CODEC_ID_HEVC);
  const Data extradata = {0, 0, 1, 0x40, 1, 2, 3};
  ChunkCutter cutter(model.stream(), {.target = [](double, std::optional<double>) { return 0.01; }});
  std::vector<CutChunk> chunks;
  for (std::size_t id = 0; id < model.pictures.size(); ++id) {
    auto packet = model.packet(id);
    if (id == 1) {
      auto* side = av_packet_new_side_data(packet.get(), AV_PKT_DATA_NEW_EXTRADATA, extradata.size());
      std::memcpy(side, extradata.data(), extradata.size());
    }
    if (auto chunk = cutter.push(std::move(packet), std::nullopt)) chunks.push_back(std::move(*chunk));
  }
  ASSERT_GE(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].source->extradata_size, 0);
  const auto& changed = *chunks[1].source;
  EXPECT_EQ(Data(changed.extradata, changed.extradata + changed.extradata_size), extradata);
}

}  // namespace
}  // namespace mpienc::input
