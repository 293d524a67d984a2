#include "mpienc/av/flac_decoder.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "flac_frames.hpp"

namespace mpienc::av {

namespace {

std::string describe(int rate, int channels, int bits) {
  return fmt::format("{} Hz, {} channels, {} bits", rate, channels, bits);
}

/// Bytes that ID3v2 tags take at the beginning of a file (ID3v2.4, section 3.1).
std::streamoff length_of_id3(std::istream& file) {
  std::streamoff at = 0;
  for (std::array<unsigned char, 10> head{};;) {
    file.seekg(at);
    file.read(reinterpret_cast<char*>(head.data()), head.size());
    if (!file || std::memcmp(head.data(), "ID3", 3) != 0) break;
    std::streamoff length = 0;
    for (std::size_t i = 6; i < head.size(); ++i) length = length << 7 | (head[i] & 0x7F);
    at += length + static_cast<std::streamoff>(head.size());
  }
  file.clear();
  return at;
}

template <int bytes>
void interleave(const FLAC__int32* from, int samples, int shift, std::byte* to, std::ptrdiff_t step) {
  for (int i = 0; i < samples; ++i, to += step) {
    const std::uint32_t value = static_cast<std::uint32_t>(from[i]) << shift;
    for (int byte = 0; byte < bytes; ++byte) to[byte] = static_cast<std::byte>(value >> (8 * byte));
  }
}

void interleave(const FLAC__int32* from, int samples, const PcmFormat& format, std::byte* to) {
  switch (format.bytes) {
    case 1: return interleave<1>(from, samples, format.shift, to, format.block_bytes());
    case 2: return interleave<2>(from, samples, format.shift, to, format.block_bytes());
    case 3: return interleave<3>(from, samples, format.shift, to, format.block_bytes());
    default: return interleave<4>(from, samples, format.shift, to, format.block_bytes());
  }
}

}  // namespace

bool FlacDecoder::is_flac(const std::filesystem::path& file) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(file, none)) return false;
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 4> name{};
  stream.seekg(length_of_id3(stream));
  return stream.read(name.data(), name.size()) && std::memcmp(name.data(), "fLaC", name.size()) == 0;
}

FlacDecoder::FlacDecoder(const std::filesystem::path& file)
    : name_(file.string()), demuxer_(file), frames_(std::make_unique<Frames>(file)) {
  if (fill()) return;
  const Frames::Head& head = frames_->head();
  if (frames_->errors() > 0 || head.samples > 0 || head.rate == 0) {
    throw Error(
        ExitStatus::input,
        fmt::format("{}: none of its audio (flac) can be decoded; see what ffprobe says of it", name_));
  }
  format_.rate = head.rate;
  format_.channels = head.channels;
  format_.bits = head.bits;
  format_.bytes = (format_.bits + 7) / 8;
  format_.shift = 8 * format_.bytes - format_.bits;
}

FlacDecoder::~FlacDecoder() = default;

std::optional<std::int64_t> FlacDecoder::samples() const {
  const auto samples = frames_->head().samples;
  return samples > 0 ? std::optional(samples) : std::nullopt;
}

std::optional<std::array<std::byte, 16>> FlacDecoder::stored_md5() const {
  const auto& md5 = frames_->head().md5;
  return md5 == std::array<std::byte, 16>{} ? std::nullopt : std::optional(md5);
}

std::int64_t FlacDecoder::errors() const { return frames_->errors(); }

std::string FlacDecoder::contradiction() const {
  const Frames::Head& head = frames_->head();
  if (head.rate == format_.rate && head.channels == format_.channels && head.bits == format_.bits) return {};
  return fmt::format("its head says {}, its frames have {}, which is taken",
                     describe(head.rate, head.channels, head.bits),
                     describe(format_.rate, format_.channels, format_.bits));
}

const AVStream& FlacDecoder::stream() const {
  const std::span streams(demuxer_.format().streams, demuxer_.format().nb_streams);
  const auto audio = std::ranges::find(streams, AVMEDIA_TYPE_AUDIO,
                                       [](const AVStream* s) { return s->codecpar->codec_type; });
  return **(audio != streams.end() ? audio : streams.begin());
}

/// FLAC's channels have an order of their own, which only the tag that `flac` writes turns into speakers.
PcmFormat FlacDecoder::format_of_frame() const {
  const Frames::Frame& frame = frames_->frame();
  PcmFormat format;
  format.rate = frame.rate;
  format.channels = frame.channels;
  format.bits = frame.bits;
  format.bytes = (format.bits + 7) / 8;
  format.shift = 8 * format.bytes - format.bits;
  const auto* tag = av_dict_get(stream().metadata, "WAVEFORMATEXTENSIBLE_CHANNEL_MASK", nullptr, 0);
  if (tag == nullptr)
    tag = av_dict_get(demuxer_.format().metadata, "WAVEFORMATEXTENSIBLE_CHANNEL_MASK", nullptr, 0);
  const auto mask = tag != nullptr ? static_cast<std::uint32_t>(std::strtoul(tag->value, nullptr, 0)) : 0;
  // One and two channels need no mask.
  if (frame.channels > 2 && std::popcount(mask) == frame.channels) format.channel_mask = mask;
  return format;
}

void FlacDecoder::refuse_change() const {
  const Frames::Frame& frame = frames_->frame();
  throw Error(
      ExitStatus::input,
      fmt::format(
          "{}: its format changes after {} samples, from {} to {}; split it there and encode the parts",
          name_, given_, describe(format_.rate, format_.channels, format_.bits),
          describe(frame.rate, frame.channels, frame.bits)));
}

bool FlacDecoder::fill() {
  if (!frames_->next()) return false;
  const auto now = format_of_frame();
  if (format_.rate == 0) format_ = now;
  if (now != format_) refuse_change();
  const Frames::Frame& frame = frames_->frame();
  const auto samples = static_cast<std::size_t>(frame.samples);
  block_.resize(samples * static_cast<std::size_t>(format_.block_bytes()));
  for (int channel = 0; channel < format_.channels; ++channel) {
    interleave(frame.values[static_cast<std::size_t>(channel)], frame.samples, format_,
               block_.data() + channel * format_.bytes);
  }
  used_ = 0;
  given_ += frame.samples;
  return true;
}

std::size_t FlacDecoder::read(std::span<std::byte> into) {
  const auto unit = static_cast<std::size_t>(format_.block_bytes());
  std::size_t done = 0;
  while (into.size() - done >= unit) {
    if (used_ == block_.size() && !fill()) break;
    const auto count = std::min(block_.size() - used_, (into.size() - done) / unit * unit);
    std::memcpy(into.data() + done, block_.data() + used_, count);
    used_ += count;
    done += count;
  }
  return done;
}

}  // namespace mpienc::av
