#include "mpienc/app/result_shelf.hpp"

#include <utility>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

constexpr std::int64_t most_bytes = std::int64_t{64} << 20;

}  // namespace

ResultShelf::ResultShelf(store::Journal* journal, std::function<void()> wake) : journal_(journal) {
  if (journal_ != nullptr) thread_.emplace(*journal_, std::move(wake));
}

std::shared_ptr<const ChunkResult> ResultShelf::restore(int chunk) {
  if (journal_ == nullptr) return nullptr;
  auto& place = places_.at(chunk);
  const auto bytes = journal_->load(chunk, place.task_checksum);
  if (!bytes) return nullptr;
  put(place, std::make_shared<const ChunkResult>(ChunkResult::parse(*bytes)));
  return place.result;
}

void ResultShelf::keep(ChunkResult result) {
  auto& place = places_.at(result.index);
  put(place, std::make_shared<const ChunkResult>(std::move(result)));
  if (thread_) thread_->store(place.result, place.task_checksum);
}

void ResultShelf::keep_aside(ChunkResult result) {
  auto& place = places_.at(result.index);
  put(place, std::make_shared<const ChunkResult>(std::move(result)));
}

void ResultShelf::put(Place& place, std::shared_ptr<const ChunkResult> result) {
  place.bytes = result->payload_bytes();
  bytes_ += place.bytes;
  place.result = std::move(result);
}

void ResultShelf::take_stored() {
  while (const auto chunk = thread_ ? thread_->try_stored() : std::nullopt) {
    const auto found = places_.find(*chunk);
    if (found == places_.end() || bytes_ <= most_bytes) continue;
    bytes_ -= std::exchange(found->second.bytes, 0);
    found->second.result.reset();
  }
}

std::shared_ptr<const ChunkResult> ResultShelf::take(int chunk) {
  auto place = std::move(places_.extract(chunk).mapped());
  bytes_ -= place.bytes;
  if (place.result) return place.result;
  if (const auto bytes = journal_->load(chunk, place.task_checksum)) {
    return std::make_shared<const ChunkResult>(ChunkResult::parse(*bytes));
  }
  throw Error(ExitStatus::output,
              fmt::format("the journal cannot give chunk {} back; check its disk, then start again", chunk));
}

void ResultShelf::abandon() {
  if (!thread_) return;
  thread_->abandon();
  thread_->finish();
}

bool ResultShelf::close(std::optional<std::chrono::milliseconds> limit) {
  if (!thread_) return true;
  if (limit) return thread_->finish_within(*limit);
  thread_->finish();
  return true;
}

std::optional<std::string> ResultShelf::journal_failure() {
  return thread_ ? thread_->failure() : std::nullopt;
}

}  // namespace mpienc::app
