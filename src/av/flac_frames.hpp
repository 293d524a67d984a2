#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <FLAC/stream_decoder.h>

#include "mpienc/av/flac_decoder.hpp"

namespace mpienc::av {

/// The frames of one file through libFLAC's callbacks.
class FlacDecoder::Frames {
 public:
  struct Head {
    std::int64_t samples = 0;  ///< per channel; 0: not told
    std::array<std::byte, 16> md5{};
    int rate = 0, channels = 0, bits = 0;
  };
  /// One sound frame; valid until the next one is asked for.
  struct Frame {
    int rate = 0, channels = 0, bits = 0, samples = 0;
    std::array<const FLAC__int32*, FLAC__MAX_CHANNELS> values{};
  };

  /// Throws Error(input) where the file cannot be opened, Error(internal) where libFLAC does not start.
  explicit Frames(const std::filesystem::path& file);

  /// The next sound frame is in frame(); false at the end.
  [[nodiscard]] bool next();
  [[nodiscard]] const Frame& frame() const { return frame_; }
  [[nodiscard]] const Head& head() const { return head_; }
  [[nodiscard]] std::int64_t errors() const { return errors_; }

 private:
  struct Calls;
  struct Delete {
    void operator()(FLAC__StreamDecoder* decoder) const { FLAC__stream_decoder_delete(decoder); }
  };

  void take(const FLAC__Frame& frame, const FLAC__int32* const* values);
  void end();

  std::filesystem::path file_;
  Head head_;
  Frame frame_;
  std::unique_ptr<FLAC__StreamDecoder, Delete> decoder_;
  std::int64_t errors_ = 0;
  bool has_frame_ = false, ended_ = false;
  bool damaged_ = false;    ///< the coming frame, by its checksum
  bool lost_ = false;       ///< something since the last frame was no frame
  FLAC__uint64 whole_ = 0;  ///< bytes of the file up to the end of the last frame
};

}  // namespace mpienc::av
