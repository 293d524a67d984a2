#include "mpienc/app/digested_source.hpp"

namespace mpienc::app {

DigestedSource::DigestedSource(const std::filesystem::path& path)
    : source_(input::open_pcm_source(path)), md5_(source_->description().format) {
  description_ = source_->description();
}

std::size_t DigestedSource::read(std::span<std::byte> into) {
  const auto bytes = source_->read(into);
  md5_.add(into.first(bytes));
  bytes_ += static_cast<std::int64_t>(bytes);
  // Only its end tells what was missing.
  if (bytes < into.size()) description_ = source_->description();
  return bytes;
}

}  // namespace mpienc::app
