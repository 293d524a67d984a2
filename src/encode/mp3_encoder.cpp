#include "mpienc/encode/mp3_encoder.hpp"

#include <lame/lame.h>

#include <algorithm>
#include <cstdarg>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::encode {

namespace {

// LAME's own advice for its output: 1.25 bytes a sample and 7200.
constexpr std::size_t output_room = 1152 * 5 / 4 + 7200 + 64 * 1024;
// Frames of V0 to V3 and of ABR depend on the reservoir for longer than a warm-up can reach back.
constexpr float least_converging_quality = 4;

void say_nothing(const char*, va_list) {}

void set_control(lame_global_flags* lame, const Mp3Settings& settings) {
  switch (settings.control) {
    case Mp3Settings::Control::quality:
      lame_set_VBR(lame, vbr_default);
      lame_set_VBR_quality(lame, static_cast<float>(settings.quality));
      break;
    case Mp3Settings::Control::constant:
      lame_set_brate(lame, settings.bitrate);
      lame_set_VBR_min_bitrate_kbps(lame, lame_get_brate(lame));
      break;
    case Mp3Settings::Control::average:
      lame_set_VBR(lame, vbr_abr);
      lame_set_VBR_mean_bitrate_kbps(lame, settings.bitrate);
      break;
  }
}

Mp3Joining joining_of(const lame_global_flags* lame, const Mp3Settings& settings, std::int32_t pcm_rate) {
  if (lame_get_out_samplerate(lame) != pcm_rate) return Mp3Joining::whole;
  if (settings.flush_join) return Mp3Joining::flush;
  if (!settings.reservoir || settings.control == Mp3Settings::Control::constant) return Mp3Joining::repack;
  const bool converges = settings.control == Mp3Settings::Control::quality &&
                         lame_get_VBR_quality(lame) >= least_converging_quality;
  return converges ? Mp3Joining::repack : Mp3Joining::flush;
}

}  // namespace

void Mp3Encoder::Close::operator()(lame_global_struct* lame) const { lame_close(lame); }

Mp3Encoder::Mp3Encoder(const Mp3Settings& settings, const PcmFormat& format)
    : format_(format), buffer_(output_room) {
  check_mp3(settings, format);
  lame_.reset(lame_init());
  if (!lame_) throw Error(ExitStatus::internal, "out of memory for an MP3 encoder");
  auto* lame = lame_.get();
  lame_set_msgf(lame, say_nothing);
  lame_set_debugf(lame, say_nothing);
  lame_set_errorf(lame, say_nothing);
  lame_set_findReplayGain(lame, 0);
  set_control(lame, settings);
  if (!settings.reservoir) lame_set_disable_reservoir(lame, 1);
  if (settings.checksums) lame_set_error_protection(lame, 1);
  if (settings.mono) lame_set_mode(lame, MONO);
  if (settings.effort >= 0) lame_set_quality(lame, settings.effort);
  lame_set_in_samplerate(lame, format.rate);
  if (settings.keep_rate) lame_set_out_samplerate(lame, format.rate);
  lame_set_num_channels(lame, format.channels);
  lame_set_write_id3tag_automatic(lame, 0);
  if (lame_init_params(lame) < 0) {
    throw Error(ExitStatus::codec, fmt::format("LAME refuses {} channels at {} Hz with these settings; check "
                                               "--audio-bitrate and --audio-quality",
                                               format.channels, format.rate));
  }
  settle(settings);
}

void Mp3Encoder::settle(const Mp3Settings& settings) {
  const auto* lame = lame_.get();
  stream_.rate = lame_get_out_samplerate(lame);
  stream_.channels = lame_get_mode(lame) == MONO ? 1 : 2;
  stream_.samples_per_frame = lame_get_framesize(lame);
  stream_.delay = lame_get_encoder_delay(lame);
  stream_.control = settings.control;
  stream_.bitrate = settings.control == Mp3Settings::Control::constant ? lame_get_brate(lame) : 0;
  stream_.reservoir = settings.reservoir;
  stream_.checksums = settings.checksums;
  stream_.joining = joining_of(lame, settings, format_.rate);
  stream_.lame_version = get_lame_short_version();
}

void Mp3Encoder::write(std::span<const std::byte> pcm, Bytes& out) {
  const auto block = static_cast<std::size_t>(format_.block_bytes());
  if (pcm.size() % block != 0) throw Error(ExitStatus::internal, "PCM ends within a sample");
  const auto channels = static_cast<std::size_t>(format_.channels);
  // A resampling LAME hears rounding in the lengths of calls; these are those of `lame`.
  const auto most = static_cast<std::size_t>(stream_.samples_per_frame);
  while (!pcm.empty()) {
    const std::size_t count = std::min(most, pcm.size() / block);
    samples_.resize(count * channels);
    unpack(pcm.first(count * block), format_, samples_);
    for (auto& sample : samples_)
      sample = static_cast<std::int32_t>(static_cast<std::uint32_t>(sample) << (32 - format_.bits));
    const int length = static_cast<int>(count), room = static_cast<int>(buffer_.size());
    append(channels == 2 ? lame_encode_buffer_interleaved_int(lame_.get(), samples_.data(), length,
                                                              buffer_.data(), room)
                         : lame_encode_buffer_int(lame_.get(), samples_.data(), samples_.data(), length,
                                                  buffer_.data(), room),
           out);
    pcm = pcm.subspan(count * block);
  }
}

void Mp3Encoder::flush_frame(Bytes& out) {
  append(lame_encode_flush_nogap(lame_.get(), buffer_.data(), static_cast<int>(buffer_.size())), out);
}

void Mp3Encoder::finish(Bytes& out) {
  append(lame_encode_flush(lame_.get(), buffer_.data(), static_cast<int>(buffer_.size())), out);
}

void Mp3Encoder::append(int size, Bytes& out) {
  if (size < 0) throw Error(ExitStatus::codec, "LAME failed with code " + std::to_string(size));
  const auto* begin = reinterpret_cast<const std::byte*>(buffer_.data());
  out.insert(out.end(), begin, begin + size);
}

Bytes Mp3Encoder::tag() const {
  Bytes tag(lame_get_lametag_frame(lame_.get(), nullptr, 0));
  lame_get_lametag_frame(lame_.get(), reinterpret_cast<unsigned char*>(tag.data()), tag.size());
  return tag;
}

std::int32_t Mp3Encoder::padding() const { return lame_get_encoder_padding(lame_.get()); }

Mp3Stream settle_mp3(const Mp3Settings& settings, const PcmFormat& format) {
  return Mp3Encoder(settings, format).stream();
}

}  // namespace mpienc::encode
