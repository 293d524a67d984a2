#include "h5_table.hpp"

#include <utility>

#include "h5_attributes.hpp"

namespace mpienc::store::h5 {

namespace {

constexpr hsize_t rows_per_block = 64;

Datatype cell(const Field& field, const Place& place) {
  switch (field.kind) {
    case Kind::int32: return Datatype(H5Tcopy(H5T_NATIVE_INT32));
    case Kind::int64: return Datatype(H5Tcopy(H5T_NATIVE_INT64));
    case Kind::real: return Datatype(H5Tcopy(H5T_NATIVE_DOUBLE));
    case Kind::text: break;
  }
  Datatype text(check(H5Tcopy(H5T_C_S1), place, "describe a text"));
  check(H5Tset_size(text.get(), field.bytes), place, "describe a text");
  check(H5Tset_cset(text.get(), H5T_CSET_UTF8), place, "describe a text");
  check(H5Tset_strpad(text.get(), H5T_STR_NULLPAD), place, "describe a text");
  return text;
}

Datatype packed(const std::vector<Field>& fields, const Place& place) {
  std::size_t size = 0;
  for (const auto& field : fields) size += field.bytes;
  Datatype row(check(H5Tcreate(H5T_COMPOUND, size), place, "describe a row"));
  std::size_t offset = 0;
  for (const auto& field : fields) {
    const auto type = cell(field, place);
    check(H5Tinsert(row.get(), field.name.c_str(), offset, type.get()), place,
          "describe column " + field.name);
    offset += field.bytes;
  }
  return row;
}

void require_columns(const Dataset& dataset, const std::string& name, const std::vector<Field>& fields,
                     const Place& place) {
  const Datatype there(check(H5Dget_type(dataset.get()), place, "read " + name));
  const Dataspace space(check(H5Dget_space(dataset.get()), place, "read " + name));
  const auto path = place.path.string();
  if (H5Tget_class(there.get()) != H5T_COMPOUND || H5Sget_simple_extent_ndims(space.get()) != 1) {
    throw Error(place.status, path + ": " + name + " is not a table");
  }
  for (const auto& field : fields) {
    const auto index = H5Tget_member_index(there.get(), field.name.c_str());
    if (index < 0) throw Error(place.status, path + ": table " + name + " has no column " + field.name);
    const auto is_text = H5Tget_member_class(there.get(), static_cast<unsigned>(index)) == H5T_STRING;
    if (is_text != (field.kind == Kind::text)) {
      throw Error(place.status,
                  path + ": column " + field.name + " of table " + name + " is of another type");
    }
  }
}

}  // namespace

Table::Table(const File& file, std::string name, Datatype row, Dataset dataset)
    : place_(&file.place()), name_(std::move(name)), row_(std::move(row)), dataset_(std::move(dataset)) {}

Table Table::create(const File& file, const std::string& name, std::vector<Field> fields) {
  const auto& place = file.place();
  const auto doing = "create table " + name;
  auto row = packed(fields, place);
  const hsize_t none = 0;
  const hsize_t any = H5S_UNLIMITED;
  const Dataspace space(check(H5Screate_simple(1, &none, &any), place, doing));
  const PropertyList layout(check(H5Pcreate(H5P_DATASET_CREATE), place, doing));
  check(H5Pset_chunk(layout.get(), 1, &rows_per_block), place, doing);
  Dataset dataset(check(
      H5Dcreate2(file.id(), name.c_str(), row.get(), space.get(), H5P_DEFAULT, layout.get(), H5P_DEFAULT),
      place, doing));
  std::vector<std::string> units;
  for (const auto& field : fields) units.push_back(field.unit);
  Attributes(dataset.get(), place).set("units", units);
  return {file, name, std::move(row), std::move(dataset)};
}

Table Table::open(const File& file, const std::string& name, std::vector<Field> fields) {
  const auto& place = file.place();
  if (!file.has(name)) throw Error(place.status, place.path.string() + " has no table " + name);
  Dataset dataset(check(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), place, "open table " + name));
  require_columns(dataset, name, fields, place);
  return {file, name, packed(fields, place), std::move(dataset)};
}

Dataspace Table::space() const {
  return Dataspace(check(H5Dget_space(dataset_.get()), *place_, "read table " + name_));
}

std::size_t Table::row_bytes() const { return H5Tget_size(row_.get()); }

std::uint64_t Table::rows() const {
  return static_cast<std::uint64_t>(
      check(H5Sget_simple_extent_npoints(space().get()), *place_, "read table " + name_));
}

void Table::append(std::span<const std::byte> data) {
  if (data.empty()) return;
  const auto doing = "append to table " + name_;
  const hsize_t before = rows();
  const hsize_t count = data.size() / row_bytes();
  const hsize_t after = before + count;
  check(H5Dset_extent(dataset_.get(), &after), *place_, doing);
  const auto target = space();
  check(H5Sselect_hyperslab(target.get(), H5S_SELECT_SET, &before, nullptr, &count, nullptr), *place_, doing);
  const Dataspace source(check(H5Screate_simple(1, &count, nullptr), *place_, doing));
  check(H5Dwrite(dataset_.get(), row_.get(), source.get(), target.get(), H5P_DEFAULT, data.data()), *place_,
        doing);
}

std::vector<std::byte> Table::read() const {
  std::vector<std::byte> data(rows() * row_bytes());
  if (data.empty()) return data;
  check(H5Dread(dataset_.get(), row_.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data.data()), *place_,
        "read table " + name_);
  return data;
}

}  // namespace mpienc::store::h5
