#include "h5_image.hpp"

namespace mpienc::store::h5 {

namespace {

constexpr std::size_t growth = 64 * 1024;
/// HDF5 wants a name for what is in memory only, refuses that of an existing file, and takes two images of
/// one name that are open at once, as on the journal's thread and the main one, for one file. Journals side
/// by side have chunks of the same number.
std::string no_file(const Place& place) { return "/dev/null/" + place.path.relative_path().string(); }

PropertyList in_memory(const Place& place) {
  PropertyList list(check(H5Pcreate(H5P_FILE_ACCESS), place, "prepare it"));
  check(H5Pset_libver_bounds(list.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), place, "prepare it");
  check(H5Pset_fapl_core(list.get(), growth, false), place, "prepare it");
  return list;
}

}  // namespace

Image Image::create(Place place) {
  const auto access = in_memory(place);
  const PropertyList creation(check(H5Pcreate(H5P_FILE_CREATE), place, "prepare it"));
  check(H5Pset_userblock(creation.get(), block_bytes), place, "prepare it");
  FileHandle id(check(H5Fcreate(no_file(place).c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), place,
                      "create it"));
  return {std::move(id), std::move(place)};
}

Image Image::open(Bytes bytes, Place place) {
  const auto access = in_memory(place);
  check(H5Pset_file_image(access.get(), bytes.data(), bytes.size()), place, "open it");
  FileHandle id(check(H5Fopen(no_file(place).c_str(), H5F_ACC_RDONLY, access.get()), place, "open it"));
  return {std::move(id), std::move(place)};
}

Bytes Image::bytes() const {
  check(H5Fflush(id_.get(), H5F_SCOPE_GLOBAL), place_, "write it");
  const auto size =
      static_cast<std::size_t>(check(H5Fget_file_image(id_.get(), nullptr, 0), place_, "write it"));
  Bytes all(block_bytes + size);
  check(H5Fget_file_image(id_.get(), all.data() + block_bytes, size), place_, "write it");
  return all;
}

void Image::write_bytes(const std::string& name, std::span<const std::byte> data) const {
  const auto doing = "write " + name;
  const hsize_t count = data.size();
  const Dataspace space(check(H5Screate_simple(1, &count, nullptr), place_, doing));
  const Dataset dataset(check(
      H5Dcreate2(id_.get(), name.c_str(), H5T_STD_U8LE, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      place_, doing));
  if (data.empty()) return;
  check(H5Dwrite(dataset.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.data()), place_, doing);
}

Bytes Image::read_bytes(const std::string& name) const {
  const auto doing = "read " + name;
  const Dataset dataset(check(H5Dopen2(id_.get(), name.c_str(), H5P_DEFAULT), place_, doing));
  const Dataspace space(check(H5Dget_space(dataset.get()), place_, doing));
  Bytes data(static_cast<std::size_t>(check(H5Sget_simple_extent_npoints(space.get()), place_, doing)));
  if (data.empty()) return data;
  check(H5Dread(dataset.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.data()), place_, doing);
  return data;
}

}  // namespace mpienc::store::h5
