#pragma once

#include <iosfwd>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mpienc::app {

/// One host of a hostfile in Open MPI's form: "NAME [slots=N] ...".
struct HostLine {
  std::string name;
  std::optional<int> slots;
  std::string line;

  friend bool operator==(const HostLine&, const HostLine&) = default;
};

/// Comments (#) and empty lines are left out.
[[nodiscard]] std::vector<HostLine> read_hosts(std::istream& file);

[[nodiscard]] std::vector<HostLine> without(const std::vector<HostLine>& hosts,
                                            const std::set<std::string>& names);

/// How many of `ranks` that were asked for on `all` hosts fit onto `some` of them, at least 1: as many as
/// there are slots where all lines tell them, else the hosts' share.
[[nodiscard]] int ranks_on(const std::vector<HostLine>& some, const std::vector<HostLine>& all, int ranks);

}  // namespace mpienc::app
