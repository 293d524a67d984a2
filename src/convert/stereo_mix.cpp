#include "stereo_mix.hpp"

#include <bit>

#include "mpienc/av/pcm_frame.hpp"

namespace mpienc::convert {

namespace {

PcmFormat stereo(std::int32_t rate) {
  return {.rate = rate,
          .channels = 2,
          .bits = 32,
          .bytes = 4,
          .big_endian = std::endian::native == std::endian::big};
}

}  // namespace

StereoMix::StereoMix(const PcmFormat& from)
    : from_(from),
      format_(stereo(from.rate)),
      mixer_(av::frame_format_of(from), av::frame_format_of(format_)) {}

Bytes StereoMix::mixed(std::span<const std::byte> pcm) {
  const auto frame = mixer_.convert(*av::make_pcm_frame(from_, pcm));
  const auto* const begin = reinterpret_cast<const std::byte*>(frame->data[0]);
  return {begin, begin + std::ptrdiff_t{frame->nb_samples} * format_.block_bytes()};
}

}  // namespace mpienc::convert
