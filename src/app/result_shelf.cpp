#include "mpienc/app/result_shelf.hpp"

#include <utility>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

constexpr std::int64_t most_bytes = std::int64_t{64} << 20;

}  // namespace

std::shared_ptr<const ChunkResult> ResultShelf::load(int chunk, const JournalPlace& place) {
  if (!place.journal) return nullptr;
  const auto bytes = place.journal->load(place.chunk, place.task_checksum);
  if (!bytes) return nullptr;
  auto result = ChunkResult::parse(*bytes);
  result.index = chunk;
  return std::make_shared<const ChunkResult>(std::move(result));
}

std::shared_ptr<const ChunkResult> ResultShelf::restore(int chunk) {
  auto& place = places_.at(chunk);
  auto result = load(chunk, place.journal);
  if (result) put(place, std::move(result));
  return place.result;
}

void ResultShelf::keep(ChunkResult result) {
  auto& place = places_.at(result.index);
  put(place, std::make_shared<const ChunkResult>(std::move(result)));
  if (place.journal.journal) thread_.store(place.result, place.journal);
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
  while (const auto chunk = thread_.try_stored()) {
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
  if (auto result = load(chunk, place.journal)) return result;
  throw Error(ExitStatus::output,
              fmt::format("the journal cannot give chunk {} back; check its disk, then start again", chunk));
}

void ResultShelf::abandon() {
  thread_.abandon();
  thread_.finish();
}

bool ResultShelf::close(std::optional<std::chrono::milliseconds> limit) {
  if (limit) return thread_.finish_within(*limit);
  thread_.finish();
  return true;
}

}  // namespace mpienc::app
