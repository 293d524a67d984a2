#pragma once

#include <filesystem>
#include <string>

#include "h5_error.hpp"
#include "h5_handle.hpp"

namespace mpienc::store::h5 {

/// One open HDF5 file and whom its failures name. Ids of groups and datasets must not outlive it.
class File {
 public:
  /// An existing HDF5 or empty file is replaced, any other refused. Error(output).
  static File create(const std::filesystem::path& path);
  /// Error(input), also for what is missing, no HDF5 or cut short.
  static File open_to_read(const std::filesystem::path& path);

  [[nodiscard]] hid_t id() const { return id_.get(); }
  [[nodiscard]] const Place& place() const { return place_; }
  /// Has all that was written in the system's hands; the file then opens even if the process dies.
  void flush();
  /// Flushes first, as closing itself tells no failure.
  void close();

  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] Group create_group(const std::string& name) const;
  [[nodiscard]] Group open_group(const std::string& name) const;

 private:
  File(FileHandle id, Place place) : id_(std::move(id)), place_(std::move(place)) {}

  FileHandle id_;
  Place place_;
};

}  // namespace mpienc::store::h5
