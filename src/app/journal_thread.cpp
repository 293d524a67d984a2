#include "mpienc/app/journal_thread.hpp"

#include <limits>
#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

constexpr auto unbounded = std::numeric_limits<std::size_t>::max();

}  // namespace

JournalThread::JournalThread(store::Journal& journal, std::function<void()> wake)
    : journal_(journal), wake_(std::move(wake)), waiting_(unbounded), stored_(unbounded) {
  thread_ = std::jthread([this] { run(); });
}

JournalThread::~JournalThread() { waiting_.close(); }

void JournalThread::run() {
  while (auto entry = waiting_.pop()) {
    if (!failed_) write(*entry);
    stored_.push(std::move(*entry));
    wake_();
  }
}

void JournalThread::write(const JournalEntry& entry) {
  try {
    journal_.store(entry.result.index, entry.task_checksum, entry.result.serialise());
  } catch (const std::exception& error) {
    reason_ = error.what();
    failed_ = true;
  }
}

std::optional<std::string> JournalThread::failure() {
  if (!failed_ || std::exchange(told_, true)) return std::nullopt;
  return reason_;
}

}  // namespace mpienc::app
