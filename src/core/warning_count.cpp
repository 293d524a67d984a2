#include "mpienc/core/warning_count.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

namespace mpienc {

namespace {

class CountingSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit CountingSink(std::shared_ptr<std::atomic<int>> count) : count_(std::move(count)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    *count_ += message.level == spdlog::level::warn;
  }
  void flush_() override {}

  std::shared_ptr<std::atomic<int>> count_;
};

}  // namespace

WarningCount::WarningCount(Logger& logger) {
  for (const auto& sink : logger.sinks()) sink->set_level(std::max(sink->level(), logger.level()));
  logger.set_level(std::min(logger.level(), spdlog::level::warn));
  logger.sinks().push_back(std::make_shared<CountingSink>(count_));
}

}  // namespace mpienc
