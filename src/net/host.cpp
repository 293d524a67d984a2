#include "mpienc/net/host.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace mpienc::net {
namespace {

std::optional<int> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

bool launched_by_mpi() {
  constexpr std::array kVariables{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE",
                                  "MPI_LOCALNRANKS"};
  return std::any_of(kVariables.begin(), kVariables.end(),
                     [](const char* variable) { return std::getenv(variable) != nullptr; });
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

std::optional<LocalPlace> local_place() {
  constexpr std::array<std::pair<const char*, const char*>, 2> kLaunchers{
      {{"OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"}, {"MPI_LOCALRANKID", "MPI_LOCALNRANKS"}}};
  for (const auto& [rank_variable, size_variable] : kLaunchers) {
    const auto rank = number_in(rank_variable);
    const auto size = number_in(size_variable);
    if (rank && size && *rank >= 0 && *rank < *size) return LocalPlace{*rank, *size};
  }
  return std::nullopt;
}

}  // namespace mpienc::net
