#include "mpienc/app/digest_thread.hpp"

#include <algorithm>

#include "mpienc/av/pcm_md5.hpp"

namespace mpienc::app {

namespace {

/// 64 KiB of CD audio, which stay in a processor's cache.
constexpr std::int64_t piece_samples = 1 << 14;

}  // namespace

Bytes DigestStep::serialise() const {
  ByteWriter writer;
  const auto place = range.serialise();
  writer.put_blob(place.data(), place.size());
  writer.put_blob(state.data(), state.size());
  return writer.take();
}

DigestStep DigestStep::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes), place(reader.get_blob());
  const auto state = reader.get_blob();
  return {FileRange::parse(place), {state.begin(), state.end()}};
}

DigestThread::DigestThread(std::function<void()> wake) : wake_(std::move(wake)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

DigestThread::~DigestThread() {
  thread_.request_stop();
  steps_.abandon();
}

void DigestThread::run(const std::stop_token& stop) {
  while (const auto work = steps_.pop()) {
    DigestEvent event{work->chunk, {}};
    try {
      event.outcome = digest(work->step, stop);
    } catch (const Error& error) {
      event.outcome = LaneFailure{error.status(), error.what()};
    } catch (const std::exception& error) {
      event.outcome = LaneFailure{ExitStatus::internal, error.what()};
    }
    if (stop.stop_requested()) return;
    events_.push(std::move(event));
    wake_();
  }
}

Bytes DigestThread::digest(const DigestStep& step, const std::stop_token& stop) {
  ByteReader reader(step.state);
  auto md5 = av::PcmMd5::parse(reader);
  const auto piece = piece_samples * md5.format().block_bytes();
  Bytes buffer(static_cast<std::size_t>(std::min(piece, step.range.bytes)));
  for (std::int64_t done = 0; done < step.range.bytes && !stop.stop_requested();) {
    const auto size = std::min(piece, step.range.bytes - done);
    const auto part = std::span(buffer).first(static_cast<std::size_t>(size));
    inputs_.read(step.range, done, part);
    md5.add(part);
    done += size;
  }
  return md5.serialise();
}

}  // namespace mpienc::app
