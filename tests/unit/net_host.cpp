#include <gtest/gtest.h>

#include <cstdlib>

#include "mpienc/net/host.hpp"

namespace mpienc::net {
namespace {

constexpr const char* kVariables[] = {"OMPI_COMM_WORLD_SIZE",
                                      "OMPI_COMM_WORLD_LOCAL_RANK",
                                      "OMPI_COMM_WORLD_LOCAL_SIZE",
                                      "PMIX_RANK",
                                      "PMI_RANK",
                                      "PMI_SIZE",
                                      "MPI_LOCALRANKID",
                                      "MPI_LOCALNRANKS"};

struct Host : testing::Test {
  void SetUp() override {
    for (const char* variable : kVariables) unsetenv(variable);
  }
  void TearDown() override { SetUp(); }
};

TEST_F(Host, OnlyALauncherMeansMpi) {
  EXPECT_FALSE(launched_by_mpi());
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}) {
    setenv(variable, "0", 1);
    EXPECT_TRUE(launched_by_mpi()) << variable;
    unsetenv(variable);
  }
}

TEST_F(Host, TakesThePlaceFromTheLauncherOrNotAtAll) {
  EXPECT_FALSE(local_place());
  setenv("OMPI_COMM_WORLD_LOCAL_RANK", "2", 1);
  EXPECT_FALSE(local_place());
  setenv("OMPI_COMM_WORLD_LOCAL_SIZE", "3", 1);
  ASSERT_TRUE(local_place());
  EXPECT_EQ(local_place()->rank, 2);
  EXPECT_EQ(local_place()->size, 3);
  for (const char* nonsense : {"2", "", "x", "3x", "-1"}) {
    setenv("OMPI_COMM_WORLD_LOCAL_SIZE", nonsense, 1);
    EXPECT_FALSE(local_place()) << nonsense;
  }
}

TEST_F(Host, HasAName) { EXPECT_FALSE(host_name().empty()); }

}  // namespace
}  // namespace mpienc::net
