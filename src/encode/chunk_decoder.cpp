#include "mpienc/encode/chunk_decoder.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mpienc/av/error.hpp"
#include "mpienc/encode/frame_checksum.hpp"

namespace mpienc::encode {

namespace {

/// Decides which decoded frames a chunk owns: from the frame of its key on, until the frame of the next
/// chunk's key.
class Ownership {
 public:
  explicit Ownership(const VideoTask& task)
      : key_(task.chunk.first_packet),
        next_key_(task.chunk.end_packet),
        own_leading_(task.own_leading),
        begun_(task.first),
        last_(task.last) {}

  enum class Verdict { before, owned, next_key, after };

  Verdict judge(std::int64_t id) {
    if (ended_) return Verdict::after;
    if (!last_ && id == next_key_) {
      ended_ = true;
      return Verdict::next_key;
    }
    const bool leading = id > key_ && id <= key_ + own_leading_;
    if (!begun_ && id >= key_ && !leading) begun_ = true;
    return begun_ && !leading ? Verdict::owned : Verdict::before;
  }

 private:
  std::int64_t key_, next_key_, own_leading_;
  bool begun_, last_, ended_ = false;
};

bool is_damaged(const AVFrame& frame) {
  return frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
}

}  // namespace

av::CodecContext open_decoder(const AVCodecParameters& parameters, bool starts_stream) {
  const auto* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    throw Error(ExitStatus::codec, fmt::format("video codec {}: this FFmpeg has no decoder for it",
                                               avcodec_get_name(parameters.codec_id)));
  }
  av::CodecContext context(avcodec_alloc_context3(codec));
  if (!context) throw Error(ExitStatus::internal, "out of memory");
  av::check(avcodec_parameters_to_context(context.get(), &parameters), ExitStatus::codec, "video decoder");
  context->thread_count = 1;
  if (!starts_stream) {
    context->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
    context->flags2 |= AV_CODEC_FLAG2_SHOW_ALL;
  }
  av::check(avcodec_open2(context.get(), codec, nullptr), ExitStatus::codec,
            fmt::format("video decoder {}", codec->name));
  return context;
}

DecodeCounts decode_chunk(const VideoTask& task, const std::function<void(av::Frame, std::int64_t)>& sink,
                          const std::stop_token& stop) {
  const auto context = open_decoder(*task.source, task.first);
  Ownership ownership(task);
  DecodeCounts counts;
  constexpr int most_drain_errors = 64;
  bool any = false;
  bool draining = false;
  int drain_errors = 0;

  const auto take_frames = [&] {
    for (;;) {
      auto frame = av::make_frame();
      const int code = avcodec_receive_frame(context.get(), frame.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
      if (code < 0) {
        ++counts.decode_errors;
        if (!draining || ++drain_errors > most_drain_errors) return;
        continue;
      }
      const auto id = frame->pts == AV_NOPTS_VALUE ? -1 : frame->pts;
      switch (ownership.judge(id)) {
        case Ownership::Verdict::owned:
          if (!std::exchange(any, true)) counts.first_checksum = frame_checksum(*frame);
          counts.damaged_frames += is_damaged(*frame) ? 1 : 0;
          sink(std::move(frame), id);
          break;
        case Ownership::Verdict::next_key: counts.next_checksum = frame_checksum(*frame); break;
        case Ownership::Verdict::before:
        case Ownership::Verdict::after: break;
      }
    }
  };

  for (std::size_t i = 0; i <= task.packets.size() && !stop.stop_requested(); ++i) {
    av::Packet packet;
    if (i < task.packets.size()) {
      packet = av::clone(*task.packets[i]);
      packet->pts = packet->dts = task.chunk.first_packet + static_cast<std::int64_t>(i);
    }
    draining = !packet;
    int code = avcodec_send_packet(context.get(), packet.get());
    if (code == AVERROR(EAGAIN)) {
      take_frames();
      code = avcodec_send_packet(context.get(), packet.get());
    }
    if (code < 0 && code != AVERROR_EOF && i < static_cast<std::size_t>(task.chunk.packets())) {
      ++counts.decode_errors;
    }
    take_frames();
  }
  return counts;
}

}  // namespace mpienc::encode
