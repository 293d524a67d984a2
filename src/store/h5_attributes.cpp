#include "h5_attributes.hpp"

namespace mpienc::store::h5 {

namespace {

/// Strings of any length in UTF-8, which h5py gives as str.
Datatype text_type(const Place& place) {
  Datatype type(check(H5Tcopy(H5T_C_S1), place, "describe a text"));
  check(H5Tset_size(type.get(), H5T_VARIABLE), place, "describe a text");
  check(H5Tset_cset(type.get(), H5T_CSET_UTF8), place, "describe a text");
  return type;
}

Dataspace scalar(const Place& place) {
  return Dataspace(check(H5Screate(H5S_SCALAR), place, "describe an attribute"));
}

herr_t collect(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

}  // namespace

void Attributes::write(const std::string& name, hid_t type, hid_t space, const void* value) const {
  const auto doing = "write its attribute " + name;
  if (has(name)) check(H5Adelete(owner_, name.c_str()), place_, doing);
  const Attribute attribute(
      check(H5Acreate2(owner_, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), place_, doing));
  if (value != nullptr) check(H5Awrite(attribute.get(), type, value), place_, doing);
}

void Attributes::set(const std::string& name, std::int32_t value) const {
  write(name, H5T_NATIVE_INT32, scalar(place_).get(), &value);
}

void Attributes::set(const std::string& name, std::int64_t value) const {
  write(name, H5T_NATIVE_INT64, scalar(place_).get(), &value);
}

void Attributes::set(const std::string& name, double value) const {
  write(name, H5T_NATIVE_DOUBLE, scalar(place_).get(), &value);
}

void Attributes::set(const std::string& name, const std::string& text) const {
  const char* pointer = text.c_str();
  write(name, text_type(place_).get(), scalar(place_).get(), &pointer);
}

void Attributes::set(const std::string& name, const std::vector<std::string>& texts) const {
  std::vector<const char*> pointers;
  for (const auto& text : texts) pointers.push_back(text.c_str());
  const hsize_t count = pointers.size();
  const Dataspace space(check(H5Screate_simple(1, &count, nullptr), place_, "describe an attribute"));
  write(name, text_type(place_).get(), space.get(), pointers.data());
}

bool Attributes::has(const std::string& name) const {
  return check(H5Aexists(owner_, name.c_str()), place_, "look up its attribute " + name) > 0;
}

Attribute Attributes::open(const std::string& name) const {
  if (!has(name)) throw Error(place_.status, place_.path.string() + " has no attribute " + name);
  return Attribute(check(H5Aopen(owner_, name.c_str(), H5P_DEFAULT), place_, "open its attribute " + name));
}

void Attributes::read_one(const std::string& name, hid_t type, void* value) const {
  const auto attribute = open(name);
  const Dataspace space(check(H5Aget_space(attribute.get()), place_, "read its attribute " + name));
  if (H5Sget_simple_extent_npoints(space.get()) != 1) {
    throw Error(place_.status, place_.path.string() + ": its attribute " + name + " is not one value");
  }
  check(H5Aread(attribute.get(), type, value), place_, "read its attribute " + name);
}

void Attributes::get(const std::string& name, std::int32_t& value) const {
  read_one(name, H5T_NATIVE_INT32, &value);
}

void Attributes::get(const std::string& name, std::int64_t& value) const {
  read_one(name, H5T_NATIVE_INT64, &value);
}

void Attributes::get(const std::string& name, double& value) const {
  read_one(name, H5T_NATIVE_DOUBLE, &value);
}

void Attributes::get(const std::string& name, std::string& text) const {
  char* read = nullptr;
  read_one(name, text_type(place_).get(), &read);
  text = read != nullptr ? read : "";
  H5free_memory(read);
}

void Attributes::get(const std::string& name, std::vector<std::string>& texts) const {
  const auto attribute = open(name);
  const auto doing = "read its attribute " + name;
  const Dataspace space(check(H5Aget_space(attribute.get()), place_, doing));
  const auto count = check(H5Sget_simple_extent_npoints(space.get()), place_, doing);
  std::vector<char*> read(static_cast<std::size_t>(count));
  texts.clear();
  if (read.empty()) return;
  check(H5Aread(attribute.get(), text_type(place_).get(), read.data()), place_, doing);
  for (auto* text : read) {
    texts.emplace_back(text != nullptr ? text : "");
    H5free_memory(text);
  }
}

std::vector<std::string> Attributes::names() const {
  std::vector<std::string> all;
  hsize_t from = 0;
  check(H5Aiterate2(owner_, H5_INDEX_NAME, H5_ITER_INC, &from, collect, &all), place_, "list its attributes");
  return all;
}

}  // namespace mpienc::store::h5
