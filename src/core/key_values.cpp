#include "mpienc/core/key_values.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc {

std::vector<KeyValue> parse_key_values(std::string_view text, std::string_view where) {
  std::vector<KeyValue> options;
  while (!text.empty()) {
    const auto end = std::min(text.find(':'), text.size());
    const auto item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      throw Error(ExitStatus::usage, fmt::format("{} takes K=V:K=V:..., not '{}'", where, item));
    }
    KeyValue option{std::string(item.substr(0, equals)), std::string(item.substr(equals + 1))};
    if (std::ranges::find(options, option.key, &KeyValue::key) != options.end()) {
      throw Error(ExitStatus::usage, fmt::format("{}: {} is given twice; leave one out", where, option.key));
    }
    options.push_back(std::move(option));
  }
  return options;
}

int whole_number(const KeyValue& option, int least, int most, std::string_view where) {
  int value = 0;
  const auto* const last = option.value.data() + option.value.size();
  const auto [end, error] = std::from_chars(option.value.data(), last, value);
  if (error == std::errc{} && end == last && value >= least && value <= most) return value;
  throw Error(ExitStatus::usage, fmt::format("{}: {} takes a whole number from {} to {}, not '{}'", where,
                                             option.key, least, most, option.value));
}

bool on_or_off(const KeyValue& option, std::string_view where) {
  return whole_number(option, 0, 1, where) != 0;
}

}  // namespace mpienc
