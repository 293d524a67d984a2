#include "launch_leftovers.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "mpienc/net/host.hpp"
#include "mpienc/output/temporary_file.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 2s;

/// Nothing but digits, else -1.
pid_t number_in(std::string_view text) {
  pid_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : -1;
}

bool owned(const fs::path& path, struct stat& status) {
  return ::lstat(path.c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

bool carries(const fs::path& process, const std::string& mark) {
  struct stat status {};
  if (!owned(process, status)) return false;
  std::ifstream file(process / "environ", std::ios::binary);
  for (std::string variable; std::getline(file, variable, '\0');) {
    if (variable == mark) return true;
  }
  return false;
}

bool adopted(const fs::path& process) {
  std::ifstream file(process / "stat");
  std::string stat;
  std::getline(file, stat);
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return false;
  std::istringstream fields(stat.substr(name_end + 1));
  char state = 0;
  pid_t parent = 0;
  fields >> state >> parent;
  return parent == ::getpid();
}

bool has_children() {
  pid_t ended = 0;
  while ((ended = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
  }
  return ended == 0;
}

bool names_segment(const fs::path& path) {
  const std::string name = path.filename().string();
  return path.parent_path() == "/dev/shm" &&
         (name.starts_with("vader_segment.") || name.starts_with("sm_segment."));
}

/// Open MPI 4 keeps what an mpirun shares with its ranks in .../ompi.HOST.UID/pid.PID/; else nothing.
fs::path session_folder_of(const fs::path& mapped, pid_t mpirun) {
  fs::path folder;
  for (auto part = mapped.begin(); part != mapped.end(); ++part) {
    const bool session = part->string() == "pid." + std::to_string(mpirun);
    if (session && folder.filename().string().starts_with("ompi.")) return folder / *part;
    folder /= *part;
  }
  return {};
}

/// Where the mpirun of Open MPI 4 with that number keeps what it shares, by its rules, whether or not it has
/// begun to.
fs::path session_folder_of(pid_t mpirun) {
  std::string host = net::host_name();
  host.resize(std::min(host.find('.'), host.size()));
  const char* base = nullptr;
  for (const char* name : {"TMPDIR", "TEMP", "TMP"}) {
    if (base == nullptr) base = std::getenv(name);
  }
  return fs::path(base == nullptr ? "/tmp" : base) / fmt::format("ompi.{}.{}", host, ::geteuid()) /
         fmt::format("pid.{}", mpirun);
}

/// ".film.mkv.mpienc-PID.tmp", also with "-N" after the PID: that PID, else -1.
pid_t writer_of(const std::string& name, const std::string& beginning) {
  constexpr std::string_view end = ".tmp";
  if (!name.starts_with(beginning) || !name.ends_with(end)) return -1;
  std::string_view pid(name);
  pid.remove_prefix(beginning.size());
  pid.remove_suffix(end.size());
  return number_in(pid.substr(0, pid.find('-')));
}

}  // namespace

Leftovers::Leftovers(std::string mark) : mark_(std::move(mark)) { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

std::vector<pid_t> Leftovers::look() {
  std::vector<pid_t> running;
  std::error_code ignored;
  for (fs::directory_iterator at("/proc", ignored), end; !ignored && at != end; at.increment(ignored)) {
    const pid_t pid = number_in(at->path().filename().string());
    if (pid <= 0 || pid == ::getpid()) continue;
    if (carries(at->path(), mark_) || adopted(at->path())) running.push_back(pid);
  }
  seen_.insert(running.begin(), running.end());
  for (const pid_t pid : running) {
    if (const auto folder = session_folder_of(pid); fs::is_directory(folder, ignored))
      session_folders_.insert(folder);
  }
  for (const pid_t pid : running) note_files(pid);
  return running;
}

void Leftovers::note_files(pid_t pid) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("_segment.") == line.npos && line.find("/ompi.") == line.npos) continue;
    std::istringstream fields(line);
    std::string range, access, offset, device, path;
    ino_t inode = 0;
    fields >> range >> access >> offset >> device >> inode >> std::ws;
    if (!std::getline(fields, path)) continue;
    if (names_segment(path)) segments_[path] = inode;
    if (auto folder = session_folder_of(path, pid); !folder.empty())
      session_folders_.insert(std::move(folder));
  }
}

void Leftovers::kill_all() {
  for (const pid_t pid : look()) ::kill(pid, SIGKILL);
}

void Leftovers::end_processes(bool at_once) {
  const auto begin = std::chrono::steady_clock::now();
  bool asked = false;
  for (auto running = look(); has_children() || !running.empty(); running = look()) {
    const auto waited = std::chrono::steady_clock::now() - begin;
    const bool out_of_patience = at_once || waited > 2 * patience;
    if (out_of_patience || (waited > patience && !asked)) {
      for (const pid_t pid : running) ::kill(pid, out_of_patience ? SIGKILL : SIGTERM);
      asked = true;
    }
    std::this_thread::sleep_for(20ms);
  }
}

void Leftovers::remove_shared_files() const {
  std::error_code ignored;
  struct stat status {};
  for (const auto& [path, inode] : segments_) {
    if (owned(path, status) && S_ISREG(status.st_mode) && status.st_ino == inode) fs::remove(path, ignored);
  }
  for (const fs::path& folder : session_folders_) {
    if (!owned(folder, status) || !S_ISDIR(status.st_mode)) continue;
    fs::remove_all(folder, ignored);
    fs::remove(folder.parent_path(), ignored);  // shared with other jobs: goes only when it is empty
  }
}

void Leftovers::remove_halves(const fs::path& output) const {
  std::error_code ignored;
  struct stat status {};
  const fs::path resolved = fs::weakly_canonical(fs::absolute(output), ignored);
  const std::string beginning = output::temporary_prefix(resolved);
  std::vector<fs::path> halves;
  for (fs::directory_iterator at(resolved.parent_path(), ignored), end; !ignored && at != end;
       at.increment(ignored)) {
    if (seen_.contains(writer_of(at->path().filename().string(), beginning)) && owned(at->path(), status)) {
      halves.push_back(at->path());
    }
  }
  for (const fs::path& half : halves) fs::remove(half, ignored);
}

}  // namespace mpienc::app
