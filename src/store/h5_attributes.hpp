#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "h5_error.hpp"
#include "h5_handle.hpp"

namespace mpienc::store::h5 {

/// The attributes of a file, group or dataset, which must outlive this. A name or type that does not fit
/// fails with the place's status.
class Attributes {
 public:
  Attributes(hid_t owner, const Place& place) : owner_(owner), place_(place) {}

  void set(const std::string& name, std::int32_t value) const;
  void set(const std::string& name, std::int64_t value) const;
  void set(const std::string& name, double value) const;
  void set(const std::string& name, const std::string& text) const;
  void set(const std::string& name, const std::vector<std::string>& texts) const;
  void set(const std::string& name, const char* text) const { set(name, std::string(text)); }

  [[nodiscard]] bool has(const std::string& name) const;
  void get(const std::string& name, std::int32_t& value) const;
  void get(const std::string& name, std::int64_t& value) const;
  void get(const std::string& name, double& value) const;
  void get(const std::string& name, std::string& text) const;
  void get(const std::string& name, std::vector<std::string>& texts) const;
  /// In the order of the alphabet.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  void write(const std::string& name, hid_t type, hid_t space, const void* value) const;
  [[nodiscard]] Attribute open(const std::string& name) const;
  void read_one(const std::string& name, hid_t type, void* value) const;

  hid_t owner_;
  const Place& place_;
};

}  // namespace mpienc::store::h5
