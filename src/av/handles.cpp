#include "mpienc/av/handles.hpp"

#include "mpienc/core/error.hpp"

namespace mpienc::av {

namespace {

template <class T>
Handle<T> owned(T* object) {
  if (object == nullptr) throw Error(ExitStatus::internal, "out of memory; use fewer lanes (--lanes)");
  return Handle<T>(object);
}

}  // namespace

Packet make_packet() { return owned(av_packet_alloc()); }
Frame make_frame() { return owned(av_frame_alloc()); }
CodecParameters make_codec_parameters() { return owned(avcodec_parameters_alloc()); }

Packet clone(const AVPacket& packet) { return owned(av_packet_clone(&packet)); }

CodecParameters clone(const AVCodecParameters& parameters) {
  auto copy = make_codec_parameters();
  if (avcodec_parameters_copy(copy.get(), &parameters) < 0) owned<AVCodecParameters>(nullptr);
  return copy;
}

}  // namespace mpienc::av
