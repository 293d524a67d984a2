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

std::optional<EncodedChunk> ResultShelf::restore(int chunk) {
  if (journal_ == nullptr) return std::nullopt;
  auto& place = places_.at(chunk);
  const auto bytes = journal_->load(chunk, place.task_checksum);
  if (!bytes) return std::nullopt;
  place.brought = true;
  return EncodedChunk::parse(*bytes);
}

void ResultShelf::bring(EncodedChunk result, int rank) {
  const auto found = places_.find(result.index);
  if (found == places_.end() || std::exchange(found->second.brought, true)) return;
  if (thread_) {
    thread_->store({std::move(result), rank, found->second.task_checksum});
  } else {
    counting_.push_back({std::move(result), rank});
  }
}

std::optional<Brought> ResultShelf::try_counting() {
  if (thread_) {
    auto entry = thread_->try_stored();
    if (!entry) return std::nullopt;
    return Brought{std::move(entry->result), entry->rank};
  }
  if (counting_.empty()) return std::nullopt;
  auto brought = std::move(counting_.front());
  counting_.pop_front();
  return brought;
}

void ResultShelf::refuse(int chunk) {
  if (const auto found = places_.find(chunk); found != places_.end()) found->second.brought = false;
}

void ResultShelf::keep(EncodedChunk result) {
  auto& place = places_.at(result.index);
  const auto bytes = result.packet_bytes();
  if (thread_ && thread_->healthy() && bytes_ + bytes > most_bytes) return;
  bytes_ += bytes;
  place.bytes = bytes;
  place.result = std::move(result);
}

EncodedChunk ResultShelf::take(int chunk) {
  auto place = std::move(places_.extract(chunk).mapped());
  bytes_ -= place.bytes;
  if (place.result) return std::move(*place.result);
  if (const auto bytes = journal_->load(chunk, place.task_checksum)) return EncodedChunk::parse(*bytes);
  throw Error(ExitStatus::output,
              fmt::format("the journal cannot give chunk {} back; check its disk, then start again", chunk));
}

std::optional<std::string> ResultShelf::journal_failure() {
  return thread_ ? thread_->failure() : std::nullopt;
}

}  // namespace mpienc::app
