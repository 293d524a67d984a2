#include "journal_job.hpp"

#include <algorithm>
#include <map>

#include "h5_attributes.hpp"
#include "h5_image.hpp"
#include "journal_folder.hpp"
#include "sealed_file.hpp"

namespace mpienc::store {

namespace fs = std::filesystem;

namespace {

constexpr const char* journal_format = "mpienc journal";
constexpr std::int32_t journal_version = 2;
constexpr const char* identity_group = "identity";

struct Job {
  std::int32_t version = 0;
  std::map<std::string, std::string> identity;
};

[[noreturn]] void refuse(const fs::path& folder, const std::string& why) {
  throw Error(ExitStatus::input, "the journal " + folder.string() + " " + why +
                                     ": use --restart to begin anew, or --journal for another one");
}

std::optional<Job> read(const fs::path& path) {
  const h5::Quiet quiet;
  try {
    auto bytes = read_sealed(path);
    if (!bytes) return std::nullopt;
    const auto image = h5::Image::open(std::move(*bytes), {path, ExitStatus::input});
    const h5::Attributes root(image.id(), image.place());
    std::string format;
    root.get("format", format);
    if (format != journal_format) return std::nullopt;
    Job job;
    root.get("format_version", job.version);
    if (job.version != journal_version) return job;
    const h5::Group group(h5::check(H5Gopen2(image.id(), identity_group, H5P_DEFAULT), image.place(),
                                    "open its group identity"));
    const h5::Attributes attributes(group.get(), image.place());
    for (const auto& name : attributes.names()) attributes.get(name, job.identity[name]);
    return job;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string shown(std::string value) {
  std::ranges::replace(value, '\n', ' ');
  return value.empty() ? "none" : value;
}

void require_same(const fs::path& folder, const std::string& name, const std::string& then,
                  const std::string& now) {
  if (then == now) return;
  throw Error(ExitStatus::input,
              "the journal " + folder.string() + " was made with " + name + " " + shown(then) +
                  ", this job has " + name + " " + shown(now) +
                  ": use the same options, --restart to begin anew, or --journal for another one");
}

}  // namespace

void write_journal_job(const fs::path& folder, const JournalIdentity& identity) {
  const h5::Quiet quiet;
  const auto image = h5::Image::create({folder / journal_job_name, ExitStatus::output});
  const h5::Attributes root(image.id(), image.place());
  root.set("format", journal_format);
  root.set("format_version", journal_version);
  const h5::Group group(
      h5::check(H5Gcreate2(image.id(), identity_group, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), image.place(),
                "create its group identity"));
  const h5::Attributes attributes(group.get(), image.place());
  for (const auto& [name, value] : identity) attributes.set(name, value);
  write_whole(folder, journal_job_name, sealed(image.bytes()));
}

void require_journal_job(const fs::path& folder, const JournalIdentity& identity) {
  const auto job = read(folder / journal_job_name);
  if (!job) refuse(folder, "does not open, its job.h5 is damaged");
  if (job->version != journal_version) {
    refuse(folder, "is of version " + std::to_string(job->version) + ", this mpienc reads version " +
                       std::to_string(journal_version));
  }
  auto left = job->identity;
  for (const auto& [name, value] : identity) {
    const auto then = left.extract(name);
    require_same(folder, name, then.empty() ? "" : then.mapped(), value);
  }
  for (const auto& [name, value] : left) require_same(folder, name, value, "");
}

}  // namespace mpienc::store
