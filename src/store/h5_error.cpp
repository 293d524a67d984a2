#include "h5_error.hpp"

#include <algorithm>
#include <string_view>

namespace mpienc::store::h5 {

namespace {

struct Walk {
  std::string innermost;
  bool no_hdf5 = false;
  bool truncated = false;
};

herr_t visit(unsigned depth, const H5E_error2_t* error, void* data) {
  auto& walk = *static_cast<Walk*>(data);
  if (depth == 0 && error->desc != nullptr) walk.innermost = error->desc;
  walk.no_hdf5 |= error->min_num == H5E_NOTHDF5;
  walk.truncated |= error->min_num == H5E_TRUNCATED;
  return 0;
}

Walk walk_last() {
  Walk walk;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, visit, &walk);
  return walk;
}

/// The system's words where HDF5 quotes them among a time, buffer addresses and sizes.
std::string_view essence(std::string_view text) {
  constexpr std::string_view before = "error message = '";
  const auto found = text.find(before);
  if (found == std::string_view::npos) return text;
  text.remove_prefix(found + before.size());
  return text.substr(0, text.find('\''));
}

}  // namespace

Quiet::Quiet() {
  // A file that could not be flushed stays in HDF5's list after its memory is freed; its exit handler would
  // touch it and crash. All else is closed by its handle.
  H5dont_atexit();
  H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Quiet::~Quiet() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }

std::string last_reason() {
  const auto innermost = walk_last().innermost;
  std::string reason(essence(innermost));
  std::ranges::replace(reason, '\n', ' ');
  return reason.empty() ? "HDF5 gives no reason" : reason;
}

bool last_was_no_hdf5() { return walk_last().no_hdf5; }

bool last_was_truncated() { return walk_last().truncated; }

void fail(const Place& place, const std::string& doing) {
  const auto reason = last_reason();
  const auto path = place.path.string();
  if (reason == "No space left on device" || reason == "Disk quota exceeded") {
    throw Error(place.status, path + ": no space left; free some or choose another folder");
  }
  throw Error(place.status, path + ": cannot " + doing + ": " + reason);
}

}  // namespace mpienc::store::h5
