#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mpienc/view/watched_job.hpp"

namespace mpienc::app {

/// The jobs whose status files lie where the user looks.
class JobWatch {
 public:
  /// `words`: outputs, status files and folders; a folder's status files count, with `recursive` those below
  /// it as well.
  JobWatch(std::vector<std::filesystem::path> words, bool recursive);

  /// Reads all again; for new ones below folders it looks every 10 s only. `now`: seconds since 1970;
  /// `clock`: of a clock that never runs backwards. A job that was seen and whose file is gone has ended. How
  /// long one is silent is told by its own clock until its file was seen to change.
  void look(double now, double clock);
  /// By file.
  [[nodiscard]] std::vector<view::WatchedJob> jobs() const;
  /// A line for each file that was passed over since the last call, with the reason; each reason once.
  [[nodiscard]] std::vector<std::string> complaints() { return std::exchange(complaints_, {}); }

 private:
  struct Place {
    std::filesystem::path file;
    std::string name;
  };
  struct Seen {
    view::WatchedJob job;
    double changed = 0;  ///< by the clock
    bool moved = false;  ///< it was seen to change
  };
  [[nodiscard]] const std::vector<Place>& places(double clock);
  void search(const std::filesystem::path& folder, std::vector<Place>& found);
  void read(const Place& place, double now, double clock);
  void complain(const std::filesystem::path& file, const std::string& why);
  void forget_old();

  std::vector<std::filesystem::path> words_;
  bool recursive_;
  std::vector<Place> places_;
  std::optional<double> searched_;
  std::map<std::string, Seen> seen_;  ///< by file
  std::vector<std::string> complaints_;
  std::set<std::string> told_;
};

}  // namespace mpienc::app
