#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "output_scratch.hpp"
#include "store_made.hpp"

namespace mpienc::store::test {
namespace {

using mpienc::test::Scratch;

TEST(RunRecord, GivesBackWhatWasWrittenInTheOrderOfChunks) {
  const Scratch scratch;
  Made made(1);
  std::vector<ChunkRow> chunks;
  for (int number = 0; number < 10'000; ++number) chunks.push_back(made.chunk(number));
  const std::vector<RankRow> ranks{made.rank("node1"), made.rank("k\xc3\xb6ln"),
                                   made.rank(std::string(64, 'h'))};
  const auto totals = made.totals();
  {
    RunRecordWriter writer(scratch / "r.h5", made_info());
    auto order = chunks;
    std::shuffle(order.begin(), order.end(), std::mt19937(2));
    for (const auto& row : order) {
      writer.add(row);
      writer.add(EventRow{row.finished, "finish", row.chunk, row.rank, -1});
    }
    writer.complete(ranks, totals);
  }
  const auto record = read_run_record(scratch / "r.h5");
  EXPECT_EQ(fields(record.info), fields(made_info()));
  EXPECT_EQ(fields(record.totals), fields(totals));
  ASSERT_EQ(record.ranks.size(), ranks.size());
  for (std::size_t at = 0; at < ranks.size(); ++at) EXPECT_EQ(fields(record.ranks[at]), fields(ranks[at]));
  ASSERT_EQ(record.chunks.size(), chunks.size());
  for (std::size_t at = 0; at < chunks.size(); ++at) {
    ASSERT_EQ(fields(record.chunks[at]), fields(chunks[at])) << at;
  }
}

TEST(RunRecord, HoldsAnyNumberOfChunksAroundABatch) {
  const Scratch scratch;
  for (const int count : {0, 1, 63, 64, 65, 128, 200}) {
    write_record(scratch / "r.h5", count);
    Made made(7);
    const auto record = read_run_record(scratch / "r.h5");
    ASSERT_EQ(record.chunks.size(), static_cast<std::size_t>(count));
    for (int at = 0; at < count; ++at) {
      ASSERT_EQ(fields(record.chunks[static_cast<std::size_t>(at)]), fields(made.chunk(at)));
    }
  }
}

TEST(RunRecord, OfAJobWithoutArgumentsOptionsOrRanksIsRead) {
  const Scratch scratch;
  RunRecordWriter(scratch / "r.h5", {}).complete({}, {});
  const auto record = read_run_record(scratch / "r.h5");
  EXPECT_THAT(record.info.command_line, testing::IsEmpty());
  EXPECT_THAT(record.info.options, testing::IsEmpty());
  EXPECT_THAT(record.ranks, testing::IsEmpty());
}

TEST(RunRecord, CutsATextThatIsTooLongBetweenCharacters) {
  const Scratch scratch;
  Made made(3);
  RunRecordWriter(scratch / "r.h5", {}).complete({made.rank(std::string(63, 'h') + "\xc3\xb6")}, {});
  EXPECT_EQ(read_run_record(scratch / "r.h5").ranks.at(0).host, std::string(63, 'h'));
}

TEST(RunRecord, ReplacesAnotherRunRecordAndAnEmptyFile) {
  const Scratch scratch;
  std::ofstream(scratch / "r.h5").flush();
  for (const int count : {300, 2}) {
    write_record(scratch / "r.h5", count);
    EXPECT_EQ(read_run_record(scratch / "r.h5").chunks.size(), static_cast<std::size_t>(count));
  }
}

}  // namespace
}  // namespace mpienc::store::test
