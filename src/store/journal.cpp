#include "mpienc/store/journal.hpp"

#include <unistd.h>

#include <cerrno>
#include <exception>
#include <utility>

#include "h5_attributes.hpp"
#include "h5_image.hpp"
#include "journal_folder.hpp"
#include "journal_job.hpp"
#include "mpienc/core/checksum.hpp"
#include "sealed_file.hpp"

namespace mpienc::store {

namespace fs = std::filesystem;

namespace {

constexpr const char* result_name = "result";

/// What is in front of a result; checksums as 64 bits, which every reader shows without a sign.
struct ChunkHead {
  std::int64_t chunk, task_checksum, result_checksum, length;
  bool operator==(const ChunkHead&) const = default;
};

template <class Head, class With>
void each_of(Head& head, With with) {
  with("chunk", head.chunk);
  with("task_checksum", head.task_checksum);
  with("result_checksum", head.result_checksum);
  with("length", head.length);
}

ChunkHead head_of(int chunk, std::uint32_t task_checksum, std::span<const std::byte> result) {
  return {chunk, task_checksum, crc32(result), static_cast<std::int64_t>(result.size())};
}

void remove_all(const fs::path& folder, const std::vector<fs::path>& files) {
  for (const auto& file : files) {
    if (::unlink(file.c_str()) < 0 && errno != ENOENT) fail_in(folder, "cannot delete from it", errno);
  }
}

/// The job's file last: what a kill in between leaves is a journal still.
void remove_made(const fs::path& folder, const JournalListing& listing) {
  remove_all(folder, listing.temporaries);
  remove_all(folder, {folder / journal_open_name});
  remove_all(folder, listing.chunks);
  if (!listing.chunks.empty()) sync_folder(folder);
  remove_all(folder, {folder / journal_job_name});
}

bool is_other_folder(const JournalListing& listing) {
  return !listing.job && (listing.others || !listing.chunks.empty());
}

void refuse_other_folder(const fs::path& folder, const JournalListing& listing) {
  if (!is_other_folder(listing)) return;
  throw Error(ExitStatus::output,
              folder.string() + " is no journal and not empty: give --journal the name of a new folder");
}

}  // namespace

Journal::Journal(fs::path folder, const JournalIdentity& identity, bool restart)
    : folder_(std::move(folder)) {
  make_journal_folder(folder_);
  refuse_other_folder(folder_, list_journal(folder_));
  lock_ = std::make_unique<JournalLock>(folder_);
  auto listing = list_journal(folder_);
  refuse_other_folder(folder_, listing);
  if (restart) {
    remove_made(folder_, listing);
    listing = list_journal(folder_);
  }
  if (listing.job) {
    require_journal_job(folder_, identity);
  } else {
    begin(identity);
  }
  remove_all(folder_, listing.temporaries);
  restored_ = static_cast<int>(listing.chunks.size());
  died_ = listing.open;
  if (!died_) make_journal_open(folder_);
}

Journal::Journal(const fs::path& folder) : folder_(folder), lock_(std::make_unique<JournalLock>(folder)) {}

Journal::~Journal() = default;

void Journal::begin(const JournalIdentity& identity) {
  try {
    write_journal_job(folder_, identity);
  } catch (const Error&) {
    remove();
    throw;
  }
}

void Journal::ended() noexcept { ::unlink((folder_ / journal_open_name).c_str()); }

void Journal::store(int chunk, std::uint32_t task_checksum, std::span<const std::byte> result) {
  const h5::Quiet quiet;
  const auto name = journal_chunk_name(chunk);
  const auto image = h5::Image::create({folder_ / name, ExitStatus::output});
  const h5::Attributes attributes(image.id(), image.place());
  const auto head = head_of(chunk, task_checksum, result);
  each_of(head, [&](const char* key, std::int64_t value) { attributes.set(key, value); });
  image.write_bytes(result_name, result);
  write_unsynced(folder_, name, sealed(image.bytes()));
  unsynced_.push_back(name);
  ++stored_;
}

void Journal::sync() { sync_files(folder_, std::exchange(unsynced_, {})); }

std::optional<Bytes> Journal::load(int chunk, std::uint32_t task_checksum) const {
  const h5::Quiet quiet;
  try {
    const auto path = folder_ / journal_chunk_name(chunk);
    auto bytes = read_sealed(path);
    if (!bytes) return std::nullopt;
    const auto image = h5::Image::open(std::move(*bytes), {path, ExitStatus::input});
    const h5::Attributes attributes(image.id(), image.place());
    ChunkHead head{};
    each_of(head, [&](const char* key, std::int64_t& value) { attributes.get(key, value); });
    if (head.task_checksum != task_checksum) return std::nullopt;
    auto result = image.read_bytes(result_name);
    if (head != head_of(chunk, task_checksum, result)) return std::nullopt;
    return result;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

bool Journal::remove() noexcept {
  try {
    remove_made(folder_, list_journal(folder_));
    ::unlink((folder_ / journal_lock_name).c_str());
    // NFS keeps an open file's name in the folder until it is closed.
    lock_.reset();
    if (::rmdir(folder_.c_str()) == 0) sync_folder(folder_.has_parent_path() ? folder_.parent_path() : ".");
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

bool Journal::remove_left(const fs::path& folder) {
  std::error_code unknown;
  if (!fs::is_directory(folder, unknown) || is_other_folder(list_journal(folder))) return true;
  return Journal(folder).remove();
}

void make_journal_parents(const fs::path& root, const fs::path& folder) {
  auto path = root;
  for (const auto& name : folder.lexically_relative(root).parent_path()) make_journal_folder(path /= name);
}

}  // namespace mpienc::store
