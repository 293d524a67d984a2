#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpienc {

struct KeyValue {
  std::string key, value;
  friend bool operator==(const KeyValue&, const KeyValue&) = default;
};

/// Options as "K=V:K=V:...", in their order; none of an empty text. Throws Error(usage) whose line begins
/// with `where` for what has no "=" and for a key that comes twice.
[[nodiscard]] std::vector<KeyValue> parse_key_values(std::string_view text, std::string_view where);

/// A whole number from `least` to `most`, else Error(usage) as above.
[[nodiscard]] int whole_number(const KeyValue& option, int least, int most, std::string_view where);
/// 0 or 1.
[[nodiscard]] bool on_or_off(const KeyValue& option, std::string_view where);

}  // namespace mpienc
