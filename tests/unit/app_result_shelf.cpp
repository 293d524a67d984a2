#include <gtest/gtest.h>

#include <chrono>

#include "mpienc/app/result_shelf.hpp"
#include "store_journal.hpp"

namespace mpienc::app {
namespace {

using mpienc::test::Scratch;
using store::test::made_bytes;
using store::test::one_identity;

ChunkResult result_of(int index, unsigned seed, std::size_t bytes = 1000) {
  ChunkResult result;
  result.index = index;
  result.units = 77;
  result.data = FlacChunk{5, 77, made_bytes(bytes, seed), {}};
  return result;
}

const Bytes& frames_of(const ChunkResult& result) { return std::get<FlacChunk>(result.data).frames; }

struct Shelf : testing::Test {
  std::shared_ptr<store::Journal> journal() const {
    return std::make_shared<store::Journal>(scratch / "j", one_identity, false);
  }
  Scratch scratch;
};

TEST_F(Shelf, RestoresAResultUnderTheNumberOfTheNewPlan) {
  {
    ResultShelf before([] {});
    before.expect(3, {journal(), 5, 99});
    before.keep(result_of(3, 1));
    EXPECT_TRUE(before.close({}));
    EXPECT_EQ(before.stored(), 1);
  }
  EXPECT_TRUE(std::filesystem::exists(scratch / "j" / "chunk-000005.h5"));
  ResultShelf after([] {});
  after.expect(0, {journal(), 5, 99});
  const auto restored = after.restore(0);
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->index, 0);
  EXPECT_EQ(restored->units, 77);
  EXPECT_EQ(std::get<FlacChunk>(restored->data).index, 5) << "its place in its own output";
  EXPECT_TRUE(frames_of(*restored) == made_bytes(1000, 1));
  EXPECT_EQ(after.take(0), restored);
}

TEST_F(Shelf, RestoresNothingElse) {
  const auto kept = journal();
  kept->store(5, 99, result_of(3, 1).serialise());
  ResultShelf shelf([] {});
  shelf.expect(0, {kept, 5, 98});
  shelf.expect(1, {kept, 1, 99});
  shelf.expect(5, {});
  for (const int chunk : {0, 1, 5}) EXPECT_FALSE(shelf.restore(chunk)) << chunk;
}

TEST_F(Shelf, KeepsNothingOnDiskThatHasNoPlaceThere) {
  const auto kept = journal();
  ResultShelf shelf([] {});
  shelf.expect(0, {});
  shelf.expect(1, {kept, 1, 1});
  shelf.keep(result_of(0, 1));
  shelf.keep_aside(result_of(1, 2));
  EXPECT_TRUE(shelf.close({}));
  EXPECT_EQ(shelf.stored(), 0);
  EXPECT_EQ(kept->chunks(), 0);
  EXPECT_TRUE(frames_of(*shelf.take(0)) == made_bytes(1000, 1));
  EXPECT_TRUE(frames_of(*shelf.take(1)) == made_bytes(1000, 2));
}

TEST_F(Shelf, ReadsBackWhatLeftMemoryFromItsOwnJournal) {
  const auto one = journal();
  const auto other = std::make_shared<store::Journal>(scratch / "k", one_identity, false);
  constexpr std::size_t large = std::size_t{20} << 20;
  ResultShelf shelf([] {});
  for (int chunk = 0; chunk < 6; ++chunk) {
    shelf.expect(chunk, {chunk % 2 == 0 ? one : other, chunk / 2, 7});
    shelf.keep(result_of(chunk, static_cast<unsigned>(chunk), large));
  }
  EXPECT_TRUE(shelf.close({}));
  shelf.take_stored();
  for (int chunk = 0; chunk < 6; ++chunk) {
    const auto result = shelf.take(chunk);
    EXPECT_EQ(result->index, chunk);
    EXPECT_TRUE(frames_of(*result) == made_bytes(large, static_cast<unsigned>(chunk))) << chunk;
  }
}

}  // namespace
}  // namespace mpienc::app
