#include "mpienc/output/mp3_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mp3_recording.hpp"
#include "mpienc/output/id3.hpp"
#include "mpienc/output/mp3_check.hpp"

namespace mpienc {
namespace {

using namespace test;
using output::Mp3Join;

struct Job {
  Recording recording;
  Mp3Settings settings;
  Mp3Stream stream = encode::settle_mp3(settings, recording.format);
  std::vector<Mp3Task> tasks = plan_all(stream, recording);

  [[nodiscard]] Mp3Chunk encode(const Mp3Task& task) const {
    return encode::encode_mp3_chunk(task, settings, recording.format,
                                    part_of(recording, task.first_sample, task.samples), {});
  }
  static std::vector<Mp3Task> plan_all(const Mp3Stream& stream, const Recording& recording) {
    std::vector<Mp3Task> tasks;
    plan::Mp3Cutter cutter(stream, 98);
    while (const auto task = cutter.next(recording.samples(), true)) tasks.push_back(*task);
    return tasks;
  }
};

Job cd_job(double seconds = 9) { return {made_recording(44100, 2, seconds), constant(128)}; }

Mp3Task with_warm_up(Mp3Task task, std::int64_t frames, const Mp3Stream& stream) {
  const std::int64_t less = (task.warm_up_frames - frames) * stream.samples_per_frame;
  task.first_sample += less;
  task.samples -= less;
  task.warm_up_frames = frames;
  return task;
}

TEST(Mp3Join, AsksAgainForAChunkThatHadNotCaughtUp) {
  const Job job = cd_job();
  ASSERT_GE(job.tasks.size(), 3U);
  Mp3Join join(job.stream);
  Bytes out;
  ASSERT_EQ(join.add(job.encode(job.tasks[0]), out), Mp3Join::Outcome::taken);
  const Bytes before = out;
  EXPECT_EQ(join.add(job.encode(with_warm_up(job.tasks[1], 1, job.stream)), out), Mp3Join::Outcome::again);
  EXPECT_EQ(out, before);
  EXPECT_EQ(join.add(job.encode(job.tasks[1]), out), Mp3Join::Outcome::taken);
  EXPECT_EQ(join.unproven(), 0);
}

TEST(Mp3Join, TakesAChunkThatWasWarmedUpFromTheStart) {
  const Job job = cd_job();
  Mp3Join join(job.stream);
  Bytes out;
  Mp3Chunk first = job.encode(job.tasks[0]);
  first.frames.main.back() ^= std::byte{0x80};
  ASSERT_EQ(join.add(first, out), Mp3Join::Outcome::taken);
  ASSERT_EQ(job.tasks[1].warm_up_frames, job.tasks[1].first_frame);
  EXPECT_EQ(join.add(job.encode(job.tasks[1]), out), Mp3Join::Outcome::taken);
  EXPECT_EQ(join.unproven(), 1);
}

TEST(Mp3Join, RefusesChunksOutOfOrder) {
  const Job job = cd_job();
  Mp3Join join(job.stream);
  Bytes out;
  EXPECT_THROW((void)join.add(job.encode(job.tasks[1]), out), Error);
}

TEST(Mp3Chunk, IsAPureFunctionAndSurvivesATrip) {
  for (const auto& settings : {constant(128), quality(2)}) {
    const Job job{made_recording(44100, 2, 9), settings};
    const Mp3Chunk one = job.encode(job.tasks[1]),
                   other = Mp3Chunk::parse(job.encode(job.tasks[1]).serialise());
    EXPECT_EQ(one.serialise(), other.serialise());
  }
}

TEST(Mp3Chunk, StopsWhenAsked) {
  const Job job = cd_job();
  std::stop_source source;
  source.request_stop();
  const auto& task = job.tasks[0];
  const auto chunk =
      encode::encode_mp3_chunk(task, job.settings, job.recording.format,
                               part_of(job.recording, task.first_sample, task.samples), source.get_token());
  EXPECT_TRUE(chunk.frames.frames.empty());
}

TEST(Mp3Chunk, RefusesOtherPcmThanItsTask) {
  const Job job = cd_job();
  EXPECT_THROW((void)encode::encode_mp3_chunk(job.tasks[0], job.settings, job.recording.format, {}, {}),
               Error);
}

TEST(Mp3File, LeavesNothingWithoutItsLastChunk) {
  const Job job = cd_job();
  const Scratch scratch;
  {
    output::Mp3File file(scratch / "out.mp3", job.stream);
    ASSERT_EQ(file.add(job.encode(job.tasks[0])), Mp3Join::Outcome::taken);
    EXPECT_THROW(file.commit(true), Error);
  }
  EXPECT_TRUE(std::filesystem::is_empty(scratch.folder()));
}

TEST(Mp3File, TagsComeBeforeTheSameBytes) {
  const Job job = cd_job(5);
  const Scratch scratch;
  const std::vector<Tag> tags{{"title", "Seam"}};
  const Bytes id3 = output::id3v2_tag(tags, {});
  for (const bool tagged : {false, true}) {
    output::Mp3File file(scratch / (tagged ? "tagged.mp3" : "bare.mp3"), job.stream, tagged ? id3 : Bytes{});
    for (const Mp3Task& task : job.tasks) ASSERT_EQ(file.add(job.encode(task)), Mp3Join::Outcome::taken);
    file.commit(false);
  }
  const std::string bare = contents(scratch / "bare.mp3"), tagged = contents(scratch / "tagged.mp3");
  EXPECT_EQ(tagged.substr(id3.size()), bare);
  EXPECT_EQ(output::check_mp3_file(std::as_bytes(std::span(tagged))).samples, job.recording.samples());
}

TEST(Mp3Check, SeesEveryDamage) {
  const Job job{made_recording(44100, 2, 4), with_checksums(constant(128))};
  const Scratch scratch;
  encode_chunked(job.recording, job.settings, 98, scratch / "out.mp3");
  const std::string good = contents(scratch / "out.mp3");
  const auto damage = [&](std::size_t place, char flip) {
    std::string bad = good;
    bad[place] = static_cast<char>(bad[place] ^ flip);
    try {
      (void)output::check_mp3_file(std::as_bytes(std::span(bad)));
      return std::string("not seen");
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  const std::size_t frame = 417 + 417, tag = 36;
  EXPECT_THAT(damage(frame, 1), testing::HasSubstr("no frame header"));
  EXPECT_THAT(
      damage(frame + 1, 0x10),
      testing::AnyOf(testing::HasSubstr("kind"), testing::HasSubstr("header"), testing::HasSubstr("cut")));
  EXPECT_THAT(damage(frame + 6, 1), testing::HasSubstr("frame CRC"));
  EXPECT_THAT(damage(frame + 100, 1), testing::HasSubstr("Info frame is wrong at its byte 188"));
  EXPECT_THAT(damage(tag + 8 + 3, 1), testing::HasSubstr("Info frame is wrong at its byte 47"));
  EXPECT_THAT(damage(tag + 16 + 50, 1), testing::HasSubstr("Info frame is wrong at its byte 102"));
  EXPECT_THAT(damage(tag + 0x9a, 1), testing::HasSubstr("Info frame is wrong at its byte 190"));
}

}  // namespace
}  // namespace mpienc
