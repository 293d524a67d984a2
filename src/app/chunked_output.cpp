#include "mpienc/app/chunked_output.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mpienc/app/range_cutter.hpp"
#include "mpienc/convert/flac_source_head.hpp"
#include "mpienc/convert/song_tags.hpp"
#include "mpienc/convert/source_fault.hpp"
#include "mpienc/core/checksum.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/encode/mp3_encoder.hpp"
#include "mpienc/input/pcm_fingerprint.hpp"
#include "mpienc/output/id3.hpp"

namespace mpienc::app {

namespace {

constexpr std::int32_t most_mp3_channels = 2;

FileRange range_of(const std::filesystem::path& input, const input::PcmRegion& region) {
  return {input.string(), input::fingerprint(input), region.offset, region.bytes()};
}

/// Those that the chunk has and no other.
std::span<const std::byte> own_samples(const PlannedChunk& planned, const PcmFormat& format) {
  const auto& chunk = planned.chunk;
  const auto* mp3 = std::get_if<encode::Mp3PcmTask>(planned.task.get());
  const auto before = mp3 != nullptr ? chunk.first_packet - mp3->task.first_sample : 0;
  const auto bytes = [&](std::int64_t samples) {
    return static_cast<std::size_t>(samples * format.block_bytes());
  };
  return encode::pcm_of(*planned.task).subspan(bytes(before), bytes(chunk.packets()));
}

}  // namespace

ChunkedOutput::ChunkedOutput(std::filesystem::path input, const convert::Format& format,
                             const std::filesystem::path& output, bool shared)
    : input_(std::move(input)), source_(input_), ranges_(shared && source_.description().region) {
  const auto& about = source_.description();
  const auto samples = ranges_ ? range_of(input_, *about.region) : FileRange();
  const auto song = convert::read_tags(input_, about);
  if (format.kind == convert::Format::Kind::flac) {
    auto head = convert::flac_source_head(format.flac, input_, about, song.tags, song.pictures).head;
    file_ = std::make_unique<FlacRecordingFile>(output, std::move(head), [md5 = md5_] { return *md5; });
    cutter_ = ranges_ ? make_flac_range_cutter(samples, {format.flac, about.format})
                      : make_flac_cutter(source_, format.flac);
    return;
  }
  const auto stream = encode::settle_mp3(format.mp3, about.format);
  file_ = std::make_unique<Mp3RecordingFile>(output, encode::Mp3Recording{format.mp3, about.format}, stream,
                                             output::id3v2_tag(song.tags, song.pictures), input_);
  cutter_ = ranges_ ? make_mp3_range_cutter(samples, {format.mp3, about.format}, stream)
                    : make_mp3_cutter(source_, format.mp3, stream);
}

double ChunkedOutput::likely_seconds() const {
  const auto& about = source_.description();
  return static_cast<double>(std::max<std::int64_t>(1, about.likely_samples)) / about.format.rate;
}

std::optional<PlannedChunk> ChunkedOutput::next(const std::stop_token& stop) {
  auto chunk = cutter_->next(stop);
  if (!chunk) return std::nullopt;
  ++chunks_;
  Checksum sum;
  if (ranges_) {
    // For the digest and the end as well.
    const auto pcm = source_.next(chunk->chunk.packets());
    sum.add(std::span(pcm));
  } else {
    sum.add(own_samples(*chunk, source_.description().format));
  }
  samples_crc32_ = sum.value();
  return chunk;
}

ChunkedEnding ChunkedOutput::end() {
  *md5_ = source_.md5();
  auto fault = convert::source_fault(input_, source_.description(), source_.samples(), *md5_);
  if (!fault.empty()) fault = fmt::format("{}: {}", input_.string(), fault);
  return {chunks_, source_.samples(), std::move(fault)};
}

bool can_be_chunked(const convert::Format& format, const PcmFormat& sound) {
  try {
    if (format.kind == convert::Format::Kind::flac) {
      encode::check_flac(format.flac, sound);
      return true;
    }
    return format.kind == convert::Format::Kind::mp3 && sound.channels <= most_mp3_channels &&
           encode::settle_mp3(format.mp3, sound).joining != Mp3Joining::whole;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace mpienc::app
