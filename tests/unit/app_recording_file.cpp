#include "mpienc/app/recording_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mp3_recording.hpp"

namespace mpienc::app {
namespace {

using namespace test;

/// 70 s of mono: two chunks. Constant bit rate, where a chunk must have caught up with the one before.
class Mp3RecordingFiles : public testing::Test {
 protected:
  Mp3RecordingFiles() {
    write_wav(recording_, scratch_ / "in.wav");
    plan::Mp3Cutter cutter(stream_);
    while (const auto task = cutter.next(recording_.samples(), true)) tasks_.push_back(*task);
  }

  [[nodiscard]] ChunkResult result_of(const Mp3Task& task) const {
    ChunkResult result;
    result.index = task.index;
    const auto own = task.first_frame * stream_.samples_per_frame;
    result.units = task.last ? recording_.samples() - own : task.frames * stream_.samples_per_frame;
    result.data = encode::encode_mp3_chunk(task, settings_, recording_.format,
                                           part_of(recording_, task.first_sample, task.samples), {});
    return result;
  }
  /// The second chunk with one frame of warm-up.
  [[nodiscard]] ChunkResult cold() const {
    auto task = tasks_.at(1);
    const auto less = (task.warm_up_frames - 1) * stream_.samples_per_frame;
    task.first_sample += less;
    task.samples -= less;
    task.warm_up_frames = 1;
    return result_of(task);
  }
  [[nodiscard]] Mp3RecordingFile file(const std::string& name, const std::filesystem::path& input) const {
    return {scratch_ / name, {settings_, recording_.format}, stream_, {}, input};
  }
  std::string written(const std::string& name, const std::filesystem::path& input,
                      const ChunkResult& second) {
    auto output = file(name, input);
    output.append(result_of(tasks_.at(0)), {});
    output.append(second, {});
    output.commit(true, {});
    return contents(scratch_ / name);
  }

  Scratch scratch_;
  Recording recording_ = made_recording(22050, 1, 70);
  Mp3Settings settings_ = constant(32);
  Mp3Stream stream_ = encode::settle_mp3(settings_, recording_.format);
  std::vector<Mp3Task> tasks_;
};

TEST_F(Mp3RecordingFiles, EncodeAChunkAgainThatHadNotCaughtUp) {
  ASSERT_EQ(tasks_.size(), 2U);
  output::Mp3Join join(stream_);
  Bytes ignored;
  ASSERT_EQ(join.add(std::get<Mp3Chunk>(result_of(tasks_[0]).data), ignored),
            output::Mp3Join::Outcome::taken);
  ASSERT_EQ(join.add(std::get<Mp3Chunk>(cold().data), ignored), output::Mp3Join::Outcome::again);

  const auto wav = scratch_ / "in.wav", flac = scratch_ / "in.flac";
  ASSERT_EQ(output_of("ffmpeg -nostdin -v error -i '" + wav.string() + "' '" + flac.string() + "'"), "");
  const auto undisturbed = written("right.mp3", wav, result_of(tasks_[1]));
  EXPECT_FALSE(undisturbed.empty());
  EXPECT_TRUE(written("from_wav.mp3", wav, cold()) == undisturbed);
  EXPECT_TRUE(written("from_flac.mp3", flac, cold()) == undisturbed);
}

TEST_F(Mp3RecordingFiles, NeedTheInputOnlyForThat) {
  const auto missing = scratch_ / "missing.wav";
  EXPECT_FALSE(written("out.mp3", missing, result_of(tasks_[1])).empty());
  auto output = file("again.mp3", missing);
  output.append(result_of(tasks_[0]), {});
  EXPECT_THROW(output.append(cold(), {}), Error);
}

TEST_F(Mp3RecordingFiles, StopWhenAsked) {
  auto output = file("out.mp3", scratch_ / "missing.wav");
  output.append(result_of(tasks_[0]), {});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_NO_THROW(output.append(cold(), stop.get_token()));
  EXPECT_THROW(output.commit(true, {}), Error) << "a chunk is missing";
}

TEST_F(Mp3RecordingFiles, RefuseAChunkThatWasNeverCut) {
  auto output = file("out.mp3", scratch_ / "in.wav");
  auto other = result_of(tasks_[0]);
  std::get<Mp3Chunk>(other.data).index = 1;
  EXPECT_THROW(output.append(other, {}), Error);
}

}  // namespace
}  // namespace mpienc::app
