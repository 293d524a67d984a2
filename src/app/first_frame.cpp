#include "mpienc/app/first_frame.hpp"

#include "mpienc/core/error.hpp"
#include "mpienc/encode/chunk_decoder.hpp"

namespace mpienc::app {

av::Frame peek_first_frame(input::Program& program) {
  constexpr std::int64_t most_bytes = std::int64_t{64} << 20;
  const auto decoder = encode::open_decoder(*program.video().parameters, true);
  auto frame = av::make_frame();
  std::deque<input::ProgramPacket> seen;
  std::int64_t bytes = 0;
  bool found = false;
  while (!found && bytes < most_bytes) {
    auto next = program.read();
    if (next) {
      bytes += next->packet->size;
      if (next->track < 0) static_cast<void>(avcodec_send_packet(decoder.get(), next->packet.get()));
      seen.push_back(std::move(*next));
    } else {
      static_cast<void>(avcodec_send_packet(decoder.get(), nullptr));
    }
    found = avcodec_receive_frame(decoder.get(), frame.get()) >= 0;
    if (!next) break;
  }
  program.unread(std::move(seen));
  if (!found) {
    throw Error(ExitStatus::input,
                "no picture of the video stream can be decoded; is the file damaged or encrypted?");
  }
  return frame;
}

}  // namespace mpienc::app
