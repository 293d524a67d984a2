#pragma once

#include <filesystem>
#include <memory>

#include "mpienc/av/pcm_md5.hpp"
#include "mpienc/input/pcm_source.hpp"

namespace mpienc::app {

/// input::open_pcm_source() that counts and digests what it gives out. One thread.
class DigestedSource final : public input::PcmSource {
 public:
  explicit DigestedSource(const std::filesystem::path& path);

  [[nodiscard]] std::size_t read(std::span<std::byte> into) override;
  [[nodiscard]] std::int64_t samples() const {
    return bytes_ / description_.format.block_bytes();
  }  ///< per channel
  [[nodiscard]] av::Md5Digest md5() const { return md5_.digest(); }

 private:
  std::unique_ptr<input::PcmSource> source_;
  av::PcmMd5 md5_;
  std::int64_t bytes_ = 0;
};

}  // namespace mpienc::app
