#include "mpienc/app/journal_thread.hpp"

#include <limits>
#include <utility>

namespace mpienc::app {

namespace {

constexpr auto unbounded = std::numeric_limits<std::size_t>::max();

}  // namespace

JournalThread::JournalThread(std::function<void()> wake)
    : wake_(std::move(wake)), waiting_(unbounded), stored_(unbounded) {
  thread_ = std::jthread([this] {
    run();
    end_.set_value();
  });
}

JournalThread::~JournalThread() { finish(); }

void JournalThread::finish() {
  waiting_.close();
  if (thread_.joinable()) thread_.join();
}

bool JournalThread::finish_within(std::chrono::milliseconds limit) {
  waiting_.close();
  if (ended_.wait_for(limit) == std::future_status::ready) return true;
  waiting_.abandon();
  return false;
}

void JournalThread::store(std::shared_ptr<const ChunkResult> result, JournalPlace place) {
  backlog_ += result->payload_bytes();
  waiting_.push({std::move(result), std::move(place)});
}

void JournalThread::run() {
  while (auto entry = waiting_.pop()) {
    const bool stored = !failed_ && write(*entry);
    backlog_ -= entry->result->payload_bytes();
    if (!stored) continue;
    ++count_;
    stored_.push(entry->result->index);
    entry.reset();
    wake_();
  }
}

bool JournalThread::write(const Entry& entry) {
  try {
    const auto& [journal, chunk, task_checksum] = entry.place;
    journal->store(chunk, task_checksum, entry.result->serialise());
    return true;
  } catch (const std::exception& error) {
    reason_ = error.what();
    failed_ = true;
    wake_();
    return false;
  }
}

std::optional<std::string> JournalThread::failure() {
  if (!failed_ || std::exchange(told_, true)) return std::nullopt;
  return reason_;
}

}  // namespace mpienc::app
