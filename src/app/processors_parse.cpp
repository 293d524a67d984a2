#include <charconv>
#include <sstream>

#include "mpienc/app/processors.hpp"

namespace mpienc::app {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  text = trimmed(text);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> fields(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> result;
  for (std::string field; stream >> field;) result.push_back(field);
  return result;
}

/// Names in mountinfo hold blanks as octal: "\040".
std::string unescaped(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int code = 0;
    if (text[i] == '\\' && i + 3 < text.size() &&
        std::from_chars(&text[i + 1], &text[i + 4], code, 8).ptr == &text[i + 4]) {
      result += static_cast<char>(code);
      i += 3;
    } else {
      result += text[i];
    }
  }
  return result;
}

/// The group's folder: its path less the part of the hierarchy above the mount. A path outside the mount
/// (seen in control group namespaces) leaves only the mount itself.
std::filesystem::path leaf_below(const std::filesystem::path& mount, const std::filesystem::path& mount_root,
                                 const std::filesystem::path& group) {
  const auto below = group.lexically_relative(mount_root);
  if (below.empty() || below == "." || *below.begin() == "..") return mount;
  return mount / below;
}

}  // namespace

std::vector<int> parse_cpu_list(std::string_view text) {
  std::vector<int> result;
  text = trimmed(text);
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto range = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    const auto dash = range.find('-');
    const auto first = number<int>(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number<int>(range.substr(dash + 1));
    if (!first || !last || *first < 0 || *last > 1 << 20) continue;
    for (int cpu = *first; cpu <= *last; ++cpu) result.push_back(cpu);
  }
  return result;
}

std::vector<ControlGroup> parse_control_groups(std::string_view mounts, std::string_view groups) {
  struct Membership {
    std::string controllers, path;
  };
  std::vector<Membership> memberships;
  std::istringstream group_lines{std::string(groups)};
  for (std::string line; std::getline(group_lines, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos) continue;
    memberships.push_back({"," + line.substr(first + 1, second - first - 1) + ",", line.substr(second + 1)});
  }

  std::vector<ControlGroup> result;
  std::istringstream mount_lines{std::string(mounts)};
  for (std::string line; std::getline(mount_lines, line);) {
    const auto separator = line.find(" - ");
    if (separator == std::string::npos) continue;
    const auto left = fields(line.substr(0, separator));
    const auto right = fields(line.substr(separator + 3));
    if (left.size() < 5 || right.empty() || !right[0].starts_with("cgroup")) continue;
    const bool unified = right[0] == "cgroup2";
    const std::string options = "," + right.back() + ",";
    for (const Membership& membership : memberships) {
      const bool ours = unified ? membership.controllers == ",,"
                                : membership.controllers != ",," &&
                                      options.find(membership.controllers) != std::string::npos;
      if (!ours) continue;
      const std::filesystem::path mount = unescaped(left[4]);
      result.push_back(
          {unified, membership.controllers, mount, leaf_below(mount, unescaped(left[3]), membership.path)});
    }
  }
  return result;
}

std::optional<double> parse_cpu_max(std::string_view text) {
  text = trimmed(text);
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  return parse_cfs_quota(text.substr(0, blank), text.substr(blank + 1));
}

std::optional<double> parse_cfs_quota(std::string_view quota, std::string_view period) {
  const auto used = number<double>(quota);
  const auto of = number<double>(period);
  if (!used || !of || !(*used > 0) || !(*of > 0)) return std::nullopt;
  return *used / *of;
}

std::optional<std::int64_t> parse_memory_limit(std::string_view text) {
  const auto value = number<std::int64_t>(text);
  if (!value || *value <= 0 || *value > std::int64_t{1} << 60) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_memory_available(std::string_view text) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const auto words = fields(line);
    if (words.size() < 2 || words[0] != "MemAvailable:") continue;
    const auto kibibytes = number<std::int64_t>(words[1]);
    return kibibytes ? std::optional(*kibibytes * 1024) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace mpienc::app
