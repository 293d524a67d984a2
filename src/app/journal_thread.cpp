#include "mpienc/app/journal_thread.hpp"

#include <limits>
#include <utility>

namespace mpienc::app {

namespace {

constexpr auto unbounded = std::numeric_limits<std::size_t>::max();

}  // namespace

JournalThread::JournalThread(std::function<void()> wake, std::chrono::milliseconds sync_interval)
    : wake_(std::move(wake)), sync_interval_(sync_interval), waiting_(unbounded), stored_(unbounded) {
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
  abandon();
  return false;
}

void JournalThread::store(std::shared_ptr<const ChunkResult> result, JournalPlace place) {
  backlog_ += result->payload_bytes();
  waiting_.push({std::move(result), std::move(place)});
}

void JournalThread::run() {
  for (;;) {
    auto entry = sync_due_ ? waiting_.pop_until(*sync_due_) : waiting_.pop();
    const bool due = sync_due_ && Clock::now() >= *sync_due_;
    if (!entry && !due) break;
    if (entry) put(std::move(*entry));
    if (due) sync();
  }
  if (sync_due_ && !abandoned_) sync();
}

void JournalThread::put(Entry entry) {
  const auto& result = *entry.result;
  const auto& [journal, chunk, task_checksum] = entry.place;
  const bool stored = !failed_ && succeeds([&] { journal->store(chunk, task_checksum, result.serialise()); });
  backlog_ -= result.payload_bytes();
  if (!stored) return;
  if (!sync_due_) sync_due_ = Clock::now() + sync_interval_;
  unsynced_.insert(journal);
  ++count_;
  stored_.push(result.index);
  entry.result.reset();
  wake_();
}

template <class Work>
bool JournalThread::succeeds(const Work& work) {
  try {
    work();
    return true;
  } catch (const std::exception& error) {
    reason_ = error.what();
    failed_ = true;
    wake_();
    return false;
  }
}

void JournalThread::sync() {
  sync_due_.reset();
  for (const auto& journal : std::exchange(unsynced_, {})) {
    // Else nobody needs it any more.
    if (const auto held = journal.lock()) static_cast<void>(succeeds([&] { held->sync(); }));
  }
}

std::optional<std::string> JournalThread::failure() {
  if (!failed_ || std::exchange(told_, true)) return std::nullopt;
  return reason_;
}

}  // namespace mpienc::app
