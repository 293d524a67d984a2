#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"
#include "mpienc/plan/mp3_settings.hpp"
#include "mpienc/plan/mp3_stream.hpp"

struct lame_global_struct;

namespace mpienc::encode {

/// LAME, set up as `lame --noreplaygain` sets it up for the same choices. Errors: Error(codec) for what LAME
/// refuses, and those of check_mp3(). One thread.
class Mp3Encoder {
 public:
  Mp3Encoder(const Mp3Settings& settings, const PcmFormat& format);

  [[nodiscard]] const Mp3Stream& stream() const { return stream_; }

  /// Whole samples of every channel; appends the bytes that are complete by them to `out`. The first bytes
  /// that leave are those of an Info frame of stream().tag_bytes() zeros.
  void write(std::span<const std::byte> pcm, Bytes& out);
  /// Fills up the last frame that was begun; what follows starts with an empty reservoir.
  void flush_frame(Bytes& out);
  /// Pads and ends the stream.
  void finish(Bytes& out);

  /// After finish(): the Info frame for all that this encoder wrote; empty where there is none.
  [[nodiscard]] Bytes tag() const;
  /// After finish(): samples behind the last one.
  [[nodiscard]] std::int32_t padding() const;

 private:
  struct Close {
    void operator()(lame_global_struct* lame) const;
  };
  void settle(const Mp3Settings& settings);
  void append(int size, Bytes& out);

  PcmFormat format_;
  std::unique_ptr<lame_global_struct, Close> lame_;
  Mp3Stream stream_;
  std::vector<std::int32_t> samples_;
  std::vector<unsigned char> buffer_;
};

/// What LAME makes of these settings for such PCM; the same on every rank. Errors as Mp3Encoder.
[[nodiscard]] Mp3Stream settle_mp3(const Mp3Settings& settings, const PcmFormat& format);

}  // namespace mpienc::encode
