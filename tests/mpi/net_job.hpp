#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <utility>

#include "mpienc/core/error.hpp"
#include "mpienc/net/mpi_transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::net {

/// Receives until `done`, sleeping as the program's event loop does.
inline void run_until(Transport& transport, const std::function<bool()>& done,
                      const std::function<void(Incoming)>& handle) {
  Wakeup wakeup;
  Backoff backoff;
  while (!done()) {
    if (auto incoming = transport.receive()) {
      handle(std::move(*incoming));
    } else if (!done()) {
      wakeup.wait_for(next_wait(transport, backoff));
    }
  }
}

/// Runs `test` as one rank of a job; a failure on any rank ends the whole job with status 1.
inline int run_rank(int argc, char** argv, const std::function<void(Transport&)>& test) {
  testing::InitGoogleTest(&argc, argv);
  MpiSession session(argc, argv);
  testing::RegisterTest("Mpi", "Rank", nullptr, nullptr, __FILE__, __LINE__, [&]() -> testing::Test* {
    struct RankTest : testing::Test {
      RankTest(MpiSession& s, const std::function<void(Transport&)>& b) : used(s), body(b) {}
      void TestBody() override {
        MpiTransport transport(used);
        body(transport);
        run_until(
            transport, [&] { return transport.flushed(); }, [](const Incoming&) { FAIL() << "left over"; });
      }
      MpiSession& used;
      const std::function<void(Transport&)>& body;
    };
    return new RankTest(session, test);
  });
  const int status = RUN_ALL_TESTS();
  if (status != 0) session.abort(status);
  session.finalize(status);
  return status;
}

}  // namespace mpienc::net
