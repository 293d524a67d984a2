#include "mpienc/store/commit_note.hpp"

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "mpienc/core/checksum.hpp"
#include "sealed_file.hpp"

namespace mpienc::store {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view before_job = ", job ";
constexpr std::size_t job_digits = 8;

std::string digits(const Checksum& sum) { return fmt::format("{:08x}", sum.value()); }

std::string name_of(const JournalIdentity& job) {
  Checksum sum;
  for (const auto& [name, value] : job) {
    for (const auto* text : {&name, &value}) {
      sum.add(static_cast<std::int64_t>(text->size()));
      sum.add(std::as_bytes(std::span(*text)));
    }
  }
  return digits(sum);
}

/// One line, which ends with the checksum of what is before it.
std::string note_of(std::string_view job, const FileIdentity& output) {
  const auto text = fmt::format("mpienc commit note 1: device {}, inode {}, size {}{}{}, CRC-32 ",
                                output.device, output.inode, output.size, before_job, job);
  Checksum sum;
  sum.add(std::as_bytes(std::span(text)));
  return text + digits(sum) + "\n";
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

CommitNote::CommitNote(const fs::path& journal_folder)
    : folder_(journal_folder.has_parent_path() ? journal_folder.parent_path() : fs::path(".")),
      name_("." + journal_folder.filename().string() + ".commit") {}

void CommitNote::write(const JournalIdentity& job, const FileIdentity& output) const {
  const auto note = note_of(name_of(job), output);
  write_whole(folder_, name_, std::as_bytes(std::span(note)));
}

CommitNote::Fit CommitNote::fit(const JournalIdentity& job, const fs::path& output) const {
  const auto note = read(folder_ / name_);
  const auto found = note.empty() ? std::nullopt : identify(output);
  if (!found) return Fit::nothing;
  if (note == note_of(name_of(job), *found)) return Fit::output_and_job;
  const auto at = note.find(before_job);
  if (at == note.npos) return Fit::nothing;
  const auto noted_job = std::string_view(note).substr(at + before_job.size()).substr(0, job_digits);
  return note == note_of(noted_job, *found) ? Fit::output : Fit::nothing;
}

bool CommitNote::exists() const {
  std::error_code unknown;
  return fs::exists(folder_ / name_, unknown);
}

/// The note itself last: until then the job is known to be complete.
bool CommitNote::remove() const noexcept {
  ::unlink((folder_ / temporary_name(name_)).c_str());
  return ::unlink((folder_ / name_).c_str()) == 0 || errno == ENOENT;
}

}  // namespace mpienc::store
