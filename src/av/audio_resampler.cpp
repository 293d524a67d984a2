#include "mpienc/av/audio_resampler.hpp"

#include <algorithm>
#include <vector>

#include "mpienc/av/error.hpp"

namespace mpienc::av {

AudioResampler::AudioResampler(const AudioFormat& from, const AudioFormat& to) : from_(from), to_(to) {
  SwrContext* context = nullptr;
  // FFmpeg 5 declares the layouts without const, though it only reads them.
  auto* to_layout = const_cast<AVChannelLayout*>(&to.layout.get());
  auto* from_layout = const_cast<AVChannelLayout*>(&from.layout.get());
  const int code = swr_alloc_set_opts2(&context, to_layout, to.sample_format, to.sample_rate, from_layout,
                                       from.sample_format, from.sample_rate, 0, nullptr);
  context_.reset(context);
  const char* what = "audio that libswresample cannot convert";
  check(code, ExitStatus::codec, what);
  check(swr_init(context), ExitStatus::codec, what);
}

Frame AudioResampler::convert(const AVFrame& frame, int first) {
  const bool planar = av_sample_fmt_is_planar(from_.sample_format) != 0;
  const int channels = from_.layout.channels();
  const int stride = av_get_bytes_per_sample(from_.sample_format) * (planar ? 1 : channels);
  std::vector<const uint8_t*> planes;
  for (int plane = 0; plane < (planar ? channels : 1); ++plane) {
    planes.push_back(frame.extended_data[plane] + std::ptrdiff_t{first} * stride);
  }
  return convert(planes.data(), frame.nb_samples - first);
}

Frame AudioResampler::drain() { return convert(nullptr, 0); }

Frame AudioResampler::convert(const uint8_t** planes, int samples) {
  const int room = check(swr_get_out_samples(context_.get(), samples), ExitStatus::internal, "resampling");
  Frame out = make_audio_frame(to_, std::max(room, 1));
  out->nb_samples = check(swr_convert(context_.get(), out->extended_data, out->nb_samples, planes, samples),
                          ExitStatus::internal, "resampling audio");
  return out;
}

}  // namespace mpienc::av
