#include "mpienc/app/job_watch.hpp"

#include <algorithm>

#include "mpienc/app/status_file.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/report/job_status_json.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_ended = 50;
constexpr double tree_interval = 10;

bool names_status(const fs::path& file) {
  const auto name = file.filename().string();
  return name.ends_with(status_extension) && !name.starts_with('.');
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

std::string name_of(const fs::path& output) {
  auto name = output.lexically_normal();
  if (!name.has_filename()) name = name.parent_path();
  return name.filename().string();
}

}  // namespace

JobWatch::JobWatch(std::vector<fs::path> words, bool recursive)
    : words_(std::move(words)), recursive_(recursive) {}

void JobWatch::search(const fs::path& folder, std::vector<Place>& found) {
  const auto add = [&](const fs::path& file) {
    if (!names_status(file)) return;
    const auto output =
        output_of_status(file).lexically_normal().lexically_relative(folder.lexically_normal());
    found.push_back(
        {file, output.empty() || output == "." ? name_of(fs::absolute(folder)) : output.string()});
  };
  std::vector<fs::path> waiting{folder};
  while (!waiting.empty()) {
    const auto at = std::move(waiting.back());
    waiting.pop_back();
    std::error_code error;
    for (fs::directory_iterator entry(at, error), end; !error && entry != end; entry.increment(error)) {
      add(entry->path());
      std::error_code unknown;
      if (recursive_ && entry->is_directory(unknown) && !entry->is_symlink(unknown))
        waiting.push_back(entry->path());
    }
    // Those below come and go, and others' may be closed.
    if (error && at == folder) complain(folder, error.message());
  }
}

const std::vector<JobWatch::Place>& JobWatch::places(double clock) {
  if (recursive_ && searched_ && clock - *searched_ < tree_interval) return places_;
  searched_ = clock;
  std::vector<Place> found;
  for (const auto& word : words_) {
    if (is_folder(word)) {
      search(word, found);
    } else if (names_status(word)) {
      found.push_back({word, name_of(output_of_status(fs::absolute(word)))});
    } else {
      auto file = word;
      found.push_back({file += status_extension, name_of(word)});
    }
  }
  places_ = std::move(found);
  return places_;
}

void JobWatch::look(double now, double clock) {
  for (auto& [file, seen] : seen_) seen.job.ended = true;
  for (const auto& place : places(clock)) read(place, now, clock);
  forget_old();
}

void JobWatch::read(const Place& place, double now, double clock) {
  const auto key = place.file.string();
  const auto known = seen_.find(key);
  report::JobStatus status;
  try {
    const auto text = read_status_text(place.file);
    if (!text) return;
    status = report::parse_status(*text);
  } catch (const Error& error) {
    if (known != seen_.end()) known->second.job.ended = false;
    return complain(place.file, error.what());
  }
  auto& seen = seen_[key];
  const bool fresh = known == seen_.end();
  if (fresh) seen.changed = clock;
  if (!fresh && status.updated != seen.job.status.updated) {
    seen.moved = true;
    seen.changed = clock;
  }
  // The clocks of two hosts may differ, so the writer's counts only as long as the file was not seen to
  // change.
  const double unchanged = clock - seen.changed;
  const double by_writer = std::max(0.0, now - status.updated);
  seen.job = {key, place.name, std::move(status), seen.moved ? unchanged : std::max(unchanged, by_writer),
              false};
}

void JobWatch::complain(const fs::path& file, const std::string& why) {
  auto line = file.string() + " is passed over: " + why;
  if (told_.insert(line).second) complaints_.push_back(std::move(line));
}

void JobWatch::forget_old() {
  auto ended = static_cast<std::size_t>(
      std::ranges::count_if(seen_, [](const auto& entry) { return entry.second.job.ended; }));
  for (auto at = seen_.begin(); ended > most_ended && at != seen_.end();) {
    if (at->second.job.ended) {
      at = seen_.erase(at);
      --ended;
    } else {
      ++at;
    }
  }
}

std::vector<view::WatchedJob> JobWatch::jobs() const {
  std::vector<view::WatchedJob> jobs;
  for (const auto& [file, seen] : seen_) jobs.push_back(seen.job);
  return jobs;
}

}  // namespace mpienc::app
