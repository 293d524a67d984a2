#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "mpienc/av/stream.hpp"
#include "mpienc/plan/chunk.hpp"

namespace mpienc::encode {

/// Where a relay begins: at a key, as a chunk does.
struct RelayStart {
  std::shared_ptr<const AVCodecParameters> source;
  std::int64_t first_packet = 0;
  std::int64_t own_leading = 0;  ///< packets after the first that belong to the chunk before
  bool starts_stream = false;
};

/// Decodes a stream that cannot be cut and codes its frames again without loss, each on its own (FFV1,
/// which also keeps field order and aspect), so that any frame may begin a chunk. One thread.
class FrameRelay {
 public:
  explicit FrameRelay(RelayStart start);

  struct Relayed {
    av::Packet packet;
    PacketTime time;
    std::shared_ptr<const AVCodecParameters> parameters;  ///< another object after a change of size
  };
  using Sink = std::function<void(Relayed)>;

  /// The stream's next packet. Error(codec) where FFV1 lacks the pixel format.
  void push(const AVPacket& packet, PacketTime time, const Sink& sink);
  void finish(const Sink& sink);

  [[nodiscard]] std::int32_t damaged_frames() const { return damaged_frames_; }
  [[nodiscard]] std::int32_t decode_errors() const { return decode_errors_; }

 private:
  void take_frames(const Sink& sink);
  void relay(AVFrame& frame, const Sink& sink);
  void open_encoder(const AVFrame& frame);
  [[nodiscard]] PacketTime time_of(std::int64_t id);

  RelayStart start_;
  av::CodecContext decoder_;
  av::CodecContext encoder_;
  std::shared_ptr<const AVCodecParameters> parameters_;
  std::map<std::int64_t, PacketTime> times_;
  std::int64_t next_packet_;
  bool begun_;
  std::int32_t damaged_frames_ = 0, decode_errors_ = 0;
};

}  // namespace mpienc::encode
