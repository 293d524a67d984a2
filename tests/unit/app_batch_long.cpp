#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <sstream>
#include <thread>

#include "convert_song.hpp"
#include "mp3_recording.hpp"
#include "mpienc/app/batch_reader.hpp"
#include "mpienc/app/batch_sink.hpp"
#include "mpienc/app/run_task.hpp"
#include "mpienc/app/shared_inputs.hpp"

namespace mpienc::app {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr const char* constant_rate = "bitrate=32k";

/// A song of 70 s, which counts as long, to FLAC, MP3 and test; chunks are encoded in any order.
class LongFilesOfABatch : public testing::Test {
 protected:
  LongFilesOfABatch() {
    write_wav(recording_, source());
    options_.targets = {{"flac", "flac", ".flac"}, {"mp3", "mp3", ".mp3"}, {"test", "test", ".ana"}};
    options_.encoder_options = {"", constant_rate, ""};
    std::filesystem::create_directory(output());
  }

  [[nodiscard]] std::filesystem::path source() const { return scratch_ / "song.wav"; }
  [[nodiscard]] std::filesystem::path output() const { return scratch_ / "out"; }

  void list(const std::vector<int>& targets) {
    reader_.reset();
    sink_.reset();
    BatchFile file;
    file.source.path = source();
    file.source.size = static_cast<std::int64_t>(std::filesystem::file_size(source()));
    for (const int target : targets) {
      const auto& made = options_.targets[static_cast<std::size_t>(target)];
      file.outputs.push_back({target, std::filesystem::path(made.folder) / ("song" + made.extension)});
    }
    list_.files = {file};
    sink_.emplace(list_, options_, output(), logger_, [] {});
  }

  [[nodiscard]] std::vector<PlannedChunk> planned(double long_seconds, bool shared = false) {
    const BatchReader::Setting setting{output(), false, true, shared, long_seconds, &journals_};
    reader_.emplace(list_, options_, setting, *sink_, [] {});
    std::vector<PlannedChunk> chunks;
    for (;;) {
      const bool done = reader_->done();
      if (auto chunk = reader_->try_chunk()) {
        sink_->planned(*chunk);
        chunks.push_back(std::move(*chunk));
      } else if (done) {
        return chunks;
      } else {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
  }

  void encode(const PlannedChunk& chunk) {
    std::atomic<std::int64_t> progress = 0;
    auto task = chunk.task;
    if (const auto* range = encode::range_of(*task)) {
      task = std::make_shared<const encode::Task>(encode::with_pcm(*task, inputs_.read(*range)));
    }
    auto result = std::make_shared<ChunkResult>(run_task(*task, encode::NoVideo{}, {}, progress));
    result->index = chunk.chunk.index;
    sink_->release(std::move(result));
  }
  void encode_all(std::vector<PlannedChunk> chunks, unsigned seed) {
    std::ranges::shuffle(chunks, std::minstd_rand(seed));
    for (const auto& chunk : chunks) encode(chunk);
  }

  [[nodiscard]] std::vector<std::string> rows() const {
    std::vector<std::string> rows;
    std::istringstream log(contents(output() / collection::result_log_name));
    for (std::string line; std::getline(log, line);) rows.push_back(line);
    rows.erase(rows.begin());
    return rows;
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(output())) {
      if (entry.is_regular_file() && entry.path().filename() != collection::result_log_name) {
        names.push_back(entry.path().filename());
      }
    }
    return names;
  }
  /// What one lane makes of the whole file.
  [[nodiscard]] std::string by_one_lane(const std::string& format, const std::string& name) {
    const auto done =
        convert_song(source(), scratch_, {{format, format == "mp3" ? constant_rate : "", name}});
    EXPECT_EQ(done.front().status, ExitStatus::success) << done.front().reason;
    return contents(scratch_ / name);
  }

  Scratch scratch_;
  Recording recording_ = made_recording(22050, 1, 70);
  std::ostringstream told_;
  Logger logger_{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(told_)};
  BatchOptions options_;
  BatchList list_;
  SharedInputs inputs_;
  OutputJournals journals_{output() / ".mpienc-journal", false, logger_};
  std::optional<BatchSink> sink_;
  std::optional<BatchReader> reader_;
};

TEST_F(LongFilesOfABatch, HaveTheBytesOfOneLaneWhateverTheOrder) {
  const auto flac = by_one_lane("flac", "one.flac"), mp3 = by_one_lane("mp3", "one.mp3");
  for (unsigned seed = 1; seed <= 3; ++seed) {
    list({0, 1, 2});
    auto chunks = planned(60);
    EXPECT_EQ(std::ranges::count_if(chunks,
                                    [](const auto& c) { return std::holds_alternative<FileTask>(*c.task); }),
              1);
    EXPECT_GT(chunks.size(), 7U) << "of FLAC at least six and of MP3 two";
    encode_all(std::move(chunks), seed);
    EXPECT_GT(sink_->commit({}), 0);
    EXPECT_THAT(files(), UnorderedElementsAre("song.flac", "song.mp3", "song.ana"));
    EXPECT_TRUE(contents(output() / "flac/song.flac") == flac);
    EXPECT_TRUE(contents(output() / "mp3/song.mp3") == mp3);
    EXPECT_EQ(sink_->tally().sum().converted, 3);
    EXPECT_THAT(sink_->tally().unanswered(), testing::IsEmpty());
  }
}

TEST_F(LongFilesOfABatch, AreReadByTheRanksWhereAllSeeThem) {
  const auto flac = by_one_lane("flac", "one.flac"), mp3 = by_one_lane("mp3", "one.mp3");
  list({0, 1});
  auto chunks = planned(60, true);
  EXPECT_TRUE(
      std::ranges::all_of(chunks, [](const auto& c) { return encode::range_of(*c.task) != nullptr; }));
  encode_all(std::move(chunks), 1);
  sink_->commit({});
  EXPECT_TRUE(contents(output() / "flac/song.flac") == flac);
  EXPECT_TRUE(contents(output() / "mp3/song.mp3") == mp3);
}

TEST_F(LongFilesOfABatch, AreWholeWhereTheyAreShorterOrNoFormatIsChunked) {
  list({0, 1});
  EXPECT_EQ(planned(71).size(), 1U);
  list({2});
  EXPECT_EQ(planned(60).size(), 1U);
}

TEST_F(LongFilesOfABatch, NumberAllChunksAndFillTheJobsTime) {
  list({0, 1, 2});
  const auto chunks = planned(60);
  double end = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    EXPECT_EQ(chunks[i].chunk.index, static_cast<int>(i));
    EXPECT_DOUBLE_EQ(chunks[i].chunk.start_seconds, end);
    end = chunks[i].chunk.end_seconds;
  }
  list_.bytes = list_.files.front().source.size;
  EXPECT_NEAR(end, *reader_->total_seconds(), 1e-6);
}

TEST_F(LongFilesOfABatch, HaveJournalPlacesThatDependOnNeitherOtherFilesNorWhoReadsThem) {
  using Kept = std::map<std::pair<bool, int>, std::uint32_t>;
  const auto kept = [&](const std::vector<int>& targets, bool shared) {
    Kept places;
    list(targets);
    for (const auto& chunk : planned(60, shared)) {
      const bool file = std::holds_alternative<FileTask>(*chunk.task);
      EXPECT_EQ(file, chunk.journal.journal == nullptr);
      const bool flac = std::holds_alternative<encode::FlacTask>(*chunk.task);
      if (!file) places[{flac, chunk.journal.chunk}] = chunk.journal.task_checksum;
    }
    return places;
  };
  const auto both = kept({0, 1, 2}, false);
  EXPECT_GE(both.size(), 8U) << "of FLAC at least six and of MP3 two, with numbers of their own";
  EXPECT_EQ(kept({0, 1, 2}, true), both);
  const auto mp3 = kept({1}, false);
  EXPECT_EQ(mp3.size(), 2U);
  for (const auto& [place, checksum] : mp3) EXPECT_EQ(both.at(place), checksum);
  for (const bool shared : {false, true}) {
    const auto before = kept({1}, shared);
    std::fstream file(source(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-2000, std::ios::end).put(shared ? 'x' : 'y');
    file.close();
    const auto after = kept({1}, shared);
    EXPECT_EQ(before.at({false, 0}), after.at({false, 0})) << "in another chunk";
    EXPECT_NE(before.at({false, 1}), after.at({false, 1}));
  }
  options_.encoder_options[1] = "bitrate=40k";
  EXPECT_NE(kept({1}, false).at({false, 0}), mp3.at({false, 0}));
}

TEST_F(LongFilesOfABatch, LoseTheirJournalsWithTheirNamesOrFailures) {
  list({0, 1});
  auto chunks = planned(60);
  for (const auto& chunk : chunks) chunk.journal.journal->store(chunk.journal.chunk, 1, {});
  EXPECT_EQ(journals_.kept(), std::ssize(chunks));
  bool failed = false;
  for (auto& chunk : chunks) {
    chunk.journal = {};
    if (std::holds_alternative<encode::FlacTask>(*chunk.task) && !failed) {
      failed = true;
      auto replacement = sink_->replace_failed(*chunk.task, {ExitStatus::input, "padding has bits"});
      replacement->result.index = chunk.chunk.index;
      sink_->release(std::make_shared<ChunkResult>(std::move(replacement->result)));
    } else {
      encode(chunk);
    }
  }
  sink_->commit({});
  EXPECT_EQ(journals_.kept(), 0);
  EXPECT_THAT(files(), ElementsAre("song.mp3"));
}

TEST_F(LongFilesOfABatch, KeepTheirJournalsWhenTheJobEndsAmidThem) {
  list({0, 1});
  auto chunks = planned(60);
  const auto count = std::ssize(chunks);
  for (const auto& chunk : chunks) chunk.journal.journal->store(chunk.journal.chunk, 1, {});
  sink_->discard();
  encode_all(std::move(chunks), 1);
  EXPECT_ANY_THROW(sink_->commit([] { throw Error(ExitStatus::interrupted, "stopped"); }));
  sink_.reset();
  const auto left = files();
  EXPECT_EQ(std::ranges::count_if(left, [](const auto& name) { return name.starts_with("chunk-"); }), count)
      << testing::PrintToString(left);
}

TEST_F(LongFilesOfABatch, FailAloneWhereAChunkDoes) {
  list({0, 1});
  auto chunks = planned(60);
  bool failed = false;
  for (const auto& chunk : chunks) {
    if (std::holds_alternative<encode::FlacTask>(*chunk.task) && !failed) {
      failed = true;
      auto replacement = sink_->replace_failed(*chunk.task, {ExitStatus::input, "padding has bits"});
      ASSERT_TRUE(replacement);
      replacement->result.index = chunk.chunk.index;
      sink_->release(std::make_shared<ChunkResult>(std::move(replacement->result)));
    } else {
      encode(chunk);
    }
  }
  chunks.clear();
  sink_->commit({});
  EXPECT_THAT(files(), ElementsAre("song.mp3"));
  EXPECT_THAT(rows(),
              UnorderedElementsAre(HasSubstr("failed: padding has bits,3,"), HasSubstr("converted,0,")));
}

TEST_F(LongFilesOfABatch, FailForAllChunkedFormatsWhereTheyAreCutOff) {
  std::filesystem::resize_file(source(), std::filesystem::file_size(source()) - 4000);
  list({0, 1});
  encode_all(planned(60), 1);
  sink_->commit({});
  EXPECT_THAT(files(), testing::IsEmpty());
  EXPECT_THAT(rows(), UnorderedElementsAre(HasSubstr("is cut off"), HasSubstr("is cut off")));
}

TEST_F(LongFilesOfABatch, LeaveNothingWhenTheJobEndsAmidThem) {
  list({0, 1});
  auto chunks = planned(60);
  chunks.pop_back();
  encode_all(std::move(chunks), 1);
  while (sink_->backlog() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_THAT(files(), testing::Not(testing::IsEmpty()));
  sink_->discard();
  const auto left = files();
  EXPECT_TRUE(std::ranges::none_of(left, [](const auto& name) { return name.ends_with(".tmp"); }));
}

TEST_F(LongFilesOfABatch, TellOfAnOutputThatCannotBeBegun) {
  std::ofstream(output() / "flac") << "a file in the place of the folder";
  list({0, 1});
  encode_all(planned(60), 1);
  sink_->commit({});
  EXPECT_THAT(files(), UnorderedElementsAre("flac", "song.mp3"));
  EXPECT_THAT(rows(), UnorderedElementsAre(HasSubstr("failed: "), HasSubstr("converted,0,")));
}

}  // namespace
}  // namespace mpienc::app
