#include "mpienc/app/shared_inputs.hpp"

#include <fmt/format.h>

#include "mpienc/input/pcm_fingerprint.hpp"

namespace mpienc::app {

namespace {

/// Far below the usual limit of open files.
constexpr std::size_t most_open = 64;
constexpr const char* way_out = "leave --shared-fs out, and rank 0 sends the samples";

}  // namespace

std::shared_ptr<const SharedInputs::Input> SharedInputs::open(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const auto found = inputs_.find(path); found != inputs_.end()) return found->second;
  try {
    input::PcmFile file(path);
    const auto fingerprint = input::fingerprint(file);
    if (inputs_.size() >= most_open) inputs_.clear();
    return inputs_[path] = std::make_shared<const Input>(std::move(file), fingerprint);
  } catch (const Error& error) {
    throw Error(error.status(),
                fmt::format("{}; mount it here under that name, or {}", error.what(), way_out));
  }
}

void SharedInputs::read(const FileRange& range, std::int64_t from, std::span<std::byte> into) {
  const auto input = open(range.path);
  if (const auto difference = describe_difference(input->fingerprint, range.file); !difference.empty()) {
    throw Error(ExitStatus::input,
                fmt::format("{} {}, where rank 0 reads it; mount the same file on all hosts, or {}",
                            range.path, difference, way_out));
  }
  input->file.read_all(range.offset + from, into);
}

Bytes SharedInputs::read(const FileRange& range) {
  Bytes bytes(static_cast<std::size_t>(range.bytes));
  read(range, 0, bytes);
  return bytes;
}

}  // namespace mpienc::app
