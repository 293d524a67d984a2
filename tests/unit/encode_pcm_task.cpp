#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mpienc/encode/chunk.hpp"
#include "mpienc/encode/task.hpp"

namespace mpienc::encode {
namespace {

const PcmFormat format{44100, 2, 16, 2, 0};
const FileRange range{"/data/a.wav", {1000, 5, 6}, 44, 400};

std::shared_ptr<const Bytes> message(const Task& task) {
  return std::make_shared<const Bytes>(serialise(task));
}

Bytes samples() {
  Bytes bytes(400);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 7);
  return bytes;
}

std::vector<Task> tasks_with(const Pcm& pcm) {
  std::vector<Task> tasks;
  tasks.emplace_back(FlacTask{{{8, 1024, true, true, false}, format}, {3, 30000, 100}, pcm});
  tasks.emplace_back(Mp3PcmTask{{{}, format}, {}, 77, pcm});
  return tasks;
}

TEST(PcmTask, SamplesStayWhereTheMessageIs) {
  for (const auto& sent : tasks_with(SharedBytes(samples()))) {
    auto bytes = message(sent);
    const auto got = parse_task(bytes);
    EXPECT_EQ(range_of(got), nullptr);
    EXPECT_FALSE(names_range(*bytes));
    const auto pcm = pcm_of(got);
    EXPECT_THAT(pcm, testing::ElementsAreArray(samples()));
    EXPECT_GE(pcm.data(), bytes->data()) << "not copied";
    EXPECT_LE(pcm.data() + pcm.size(), bytes->data() + bytes->size());
    const std::weak_ptr<const Bytes> kept = bytes;
    bytes.reset();
    EXPECT_FALSE(kept.expired()) << "the task keeps them";
  }
}

TEST(PcmTask, RangesTravelInPlaceOfSamples) {
  for (const auto& sent : tasks_with(range)) {
    const auto bytes = message(sent);
    const auto got = parse_task(bytes);
    EXPECT_TRUE(names_range(*bytes));
    ASSERT_NE(range_of(got), nullptr);
    EXPECT_EQ(*range_of(got), range);
    EXPECT_TRUE(pcm_of(got).empty());
    EXPECT_EQ(serialise(got), *bytes);
    std::atomic<std::int64_t> units = 0;
    EXPECT_THROW((void)encode_chunk(got, NoVideo{}, {}, units), Error) << "nobody has read them";
  }
}

TEST(PcmTask, WithSamplesIsTheTaskThatNeverHadARange) {
  const auto ranges = tasks_with(range), read = tasks_with(SharedBytes(samples()));
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_EQ(serialise(with_pcm(ranges[i], samples())), serialise(read[i]));
  }
  EXPECT_THROW((void)with_pcm(VideoTask{}, {}), Error);
}

}  // namespace
}  // namespace mpienc::encode
