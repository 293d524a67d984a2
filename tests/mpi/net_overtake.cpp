#include <string>

#include "net_job.hpp"

namespace mpienc::net {
namespace {

constexpr std::size_t kLongPayload = 20'000'000;
constexpr int kReports = 5;

/// Every rank begins a long result to the next, then reports; the reports must come first, what steers last.
void report_past_a_result(Transport& transport) {
  const int next = (transport.rank() + 1) % transport.size();
  const bool alone = transport.size() == 1;
  transport.send(next, {Operation::result, 0, 0, std::make_shared<const Bytes>(kLongPayload, std::byte{3})});
  transport.send(next, {Operation::cancel, 0, 0, nullptr});
  for (int i = 0; i < kReports; ++i) {
    transport.send(next, {i % 2 == 0 ? Operation::heartbeat : Operation::started, i, 0,
                          std::make_shared<const Bytes>(8)});
  }
  std::string order;
  run_until(
      transport, [&] { return order.size() == kReports + 2 && transport.flushed(); },
      [&](const Incoming& incoming) {
        const auto& message = incoming.message;
        switch (message.operation) {
          case Operation::result: order += 'r'; break;
          case Operation::cancel: order += 'c'; break;
          default: order += static_cast<char>('0' + message.chunk);
        }
      });
  EXPECT_EQ(order, alone ? "rc01234" : "01234rc");
}

}  // namespace
}  // namespace mpienc::net

int main(int argc, char** argv) {
  return mpienc::net::run_rank(argc, argv, mpienc::net::report_past_a_result);
}
