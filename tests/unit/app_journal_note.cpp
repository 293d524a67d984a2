#include "mpienc/app/journal_note.hpp"

#include <gtest/gtest.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

bool no_doubt(ExitStatus status, bool wished, bool doubted_before = false) {
  return leaves_no_doubt(std::make_exception_ptr(Error(status, "why")), wished, doubted_before);
}

TEST(Doubt, IsLeftWhereAChunkMayHaveBeenWhy) {
  EXPECT_TRUE(no_doubt(ExitStatus::interrupted, true));
  EXPECT_FALSE(no_doubt(ExitStatus::interrupted, false)) << "as where mpirun ends the ranks that have outlived another";
  EXPECT_FALSE(no_doubt(ExitStatus::codec, true));
  EXPECT_TRUE(no_doubt(ExitStatus::output, false)) << "a full disk is no chunk's fault";
  EXPECT_TRUE(leaves_no_doubt(std::make_exception_ptr(std::bad_alloc()), false, false));
}

TEST(Doubt, StaysUntilAJobIsDone) {
  EXPECT_FALSE(no_doubt(ExitStatus::interrupted, true, true));
  EXPECT_FALSE(no_doubt(ExitStatus::output, true, true));
}

}  // namespace
}  // namespace mpienc::app
