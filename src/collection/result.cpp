#include "mpienc/collection/result.hpp"

namespace mpienc::collection {

std::string_view name_of(Status status) {
  switch (status) {
    case Status::converted: return "converted";
    case Status::copied: return "copied";
    case Status::skipped: return "skipped";
    case Status::failed: break;
  }
  return "failed";
}

}  // namespace mpienc::collection
