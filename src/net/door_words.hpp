#pragma once

#include <string>

#include <fmt/format.h>

/// What is said at a door, a line each: greeting, welcome, ready, enter; or no.
namespace mpienc::net::words {

inline constexpr std::size_t longest = 4096;
inline constexpr const char* welcome = "welcome";
inline constexpr const char* ready = "ready";
inline constexpr const char* entering = "enter ";
inline constexpr const char* refusal = "no ";

inline std::string greeting(const std::string& token) { return "mpienc join 1 " + token; }
inline std::string enter(int rank, const std::string& entry) {
  return fmt::format("{}{} {}", entering, rank, entry);
}
inline std::string no(const std::string& why) { return refusal + why; }

}  // namespace mpienc::net::words
