#include "mpienc/app/launch_start.hpp"

#include <charconv>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

namespace mpienc::app {
namespace {

std::optional<int> value_of(std::string_view variable, std::string_view name) {
  if (!variable.starts_with(name)) return std::nullopt;
  variable.remove_prefix(name.size());
  int value = 0;
  const auto [end, error] = std::from_chars(variable.data(), variable.data() + variable.size(), value);
  if (error != std::errc() || end != variable.data() + variable.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<LocalRank> local_rank(const std::filesystem::path& environment) {
  std::ifstream file(environment, std::ios::binary);
  std::optional<int> number, of;
  for (std::string variable; std::getline(file, variable, '\0');) {
    if (const auto value = value_of(variable, "OMPI_COMM_WORLD_LOCAL_RANK=")) number = value;
    if (const auto value = value_of(variable, "OMPI_COMM_WORLD_LOCAL_SIZE=")) of = value;
  }
  if (!number || !of) return std::nullopt;
  return LocalRank{*number, *of};
}

bool StartWatch::incomplete(const std::vector<pid_t>& running, Clock::time_point now) {
  std::vector<LocalRank> ranks;
  for (const pid_t pid : running) {
    if (const auto rank = local_rank("/proc/" + std::to_string(pid) + "/environ")) ranks.push_back(*rank);
  }
  return incomplete(ranks, now);
}

bool StartWatch::incomplete(const std::vector<LocalRank>& running, Clock::time_point now) {
  std::set<int> numbers;
  std::size_t wanted = 0;
  for (const LocalRank& rank : running) {
    numbers.insert(rank.number);
    wanted = static_cast<std::size_t>(rank.of);
  }
  if (numbers.size() > ranks_ || numbers.size() >= wanted) lease_.renew();
  ranks_ = numbers.size();
  return lease_.expired(now);
}

}  // namespace mpienc::app
