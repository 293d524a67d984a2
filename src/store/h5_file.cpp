#include "h5_file.hpp"

#include <system_error>

namespace mpienc::store::h5 {

namespace fs = std::filesystem;

namespace {

/// The oldest superblock has no mark "open for writing", which would bar the file of a killed job. Locks are
/// not worth failing for where the file system has none.
PropertyList file_access(const Place& place) {
  PropertyList list(check(H5Pcreate(H5P_FILE_ACCESS), place, "prepare it"));
  check(H5Pset_libver_bounds(list.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), place, "prepare it");
  check(H5Pset_file_locking(list.get(), true, true), place, "prepare it");
  return list;
}

void refuse_other_files(const Place& place, const PropertyList& access) {
  std::error_code none;
  const auto size = fs::file_size(place.path, none);
  if (none || size == 0) return;
  const FileHandle existing(H5Fopen(place.path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (existing.get() >= 0 || !last_was_no_hdf5()) return;
  throw Error(place.status,
              place.path.string() + " exists and is no HDF5 file: give another name or remove it");
}

}  // namespace

File File::create(const fs::path& path) {
  const Quiet quiet;
  Place place{path, ExitStatus::output};
  const auto access = file_access(place);
  refuse_other_files(place, access);
  FileHandle id(check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), place, "create it"));
  return {std::move(id), std::move(place)};
}

File File::open_to_read(const fs::path& path) {
  const Quiet quiet;
  Place place{path, ExitStatus::input};
  std::error_code unknown;
  if (fs::is_directory(path, unknown)) throw Error(place.status, path.string() + " is a folder, not a file");
  const auto access = file_access(place);
  FileHandle id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (id.get() < 0) {
    if (last_was_no_hdf5()) throw Error(place.status, path.string() + " is not an HDF5 file");
    if (last_was_truncated()) {
      throw Error(place.status, path.string() + " is cut short, as a killed job leaves it: make it again");
    }
    fail(place, "open it");
  }
  return {std::move(id), std::move(place)};
}

void File::flush() { check(H5Fflush(id_.get(), H5F_SCOPE_GLOBAL), place_, "write it"); }

void File::close() {
  flush();
  id_ = FileHandle();
}

bool File::has(const std::string& name) const {
  return check(H5Lexists(id_.get(), name.c_str(), H5P_DEFAULT), place_, "look up " + name) > 0;
}

Group File::create_group(const std::string& name) const {
  return Group(check(H5Gcreate2(id_.get(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), place_,
                     "create its group " + name));
}

Group File::open_group(const std::string& name) const {
  return Group(check(H5Gopen2(id_.get(), name.c_str(), H5P_DEFAULT), place_, "open its group " + name));
}

}  // namespace mpienc::store::h5
