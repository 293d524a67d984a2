#include "mpienc/av/pcm_decoder.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "mpienc/av/error.hpp"
#include "mpienc/av/pcm_pack.hpp"
#include "mpienc/av/stream.hpp"

namespace mpienc::av {

namespace {

int find_audio(const Demuxer& demuxer, const std::string& name) {
  // FFmpeg 5 takes the context without const, though it only reads it.
  auto* context = const_cast<AVFormatContext*>(&demuxer.format());
  const int stream = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (stream < 0) throw Error(ExitStatus::input, fmt::format("{}: has no audio", name));
  return stream;
}

bool is_lossless(AVCodecID codec) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec);
  return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSLESS) != 0;
}

CodecContext open_decoder(const AVStream& stream, const std::string& name) {
  const AVCodecParameters& parameters = *stream.codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    throw Error(
        ExitStatus::codec,
        fmt::format("{}: libavcodec cannot decode its audio (codec {}, tag 0x{:X}); convert it to WAV with a "
                    "program that can",
                    name, avcodec_get_name(parameters.codec_id), parameters.codec_tag));
  }
  CodecContext context(avcodec_alloc_context3(codec));
  if (!context) throw Error(ExitStatus::internal, "out of memory for an audio decoder");
  const std::string what = fmt::format("{}: opening the {} decoder", name, codec->name);
  check(avcodec_parameters_to_context(context.get(), &parameters), ExitStatus::internal, what);
  context->pkt_timebase = stream.time_base;
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_BITEXACT;
  // A lossless file is kept for its samples: noise in place of damaged ones would go unnoticed.
  if (is_lossless(parameters.codec_id)) context->err_recognition |= AV_EF_CRCCHECK | AV_EF_EXPLODE;
  check(avcodec_open2(context.get(), codec, nullptr), ExitStatus::codec, what);
  return context;
}

bool is_float(AVSampleFormat format) {
  const AVSampleFormat packed = av_get_packed_sample_fmt(format);
  return packed == AV_SAMPLE_FMT_FLT || packed == AV_SAMPLE_FMT_DBL;
}

/// A frame's own sample size; 0 where its header has none (RFC 9639, 9.1.4).
int flac_frame_bits(const AVPacket& packet) {
  constexpr std::array<int, 8> bits = {0, 8, 12, 0, 16, 20, 24, 32};
  const bool is_frame = packet.size > 4 && packet.data[0] == 0xFF && (packet.data[1] & 0xFE) == 0xF8;
  return is_frame ? bits[(packet.data[3] >> 1) & 7] : 0;
}

std::string describe(const PcmFormat& format) {
  return fmt::format("{} Hz, {} channels, {} bits", format.rate, format.channels, format.bits);
}

}  // namespace

PcmDecoder::PcmDecoder(const std::filesystem::path& file)
    : name_(file.string()),
      demuxer_(file),
      stream_(find_audio(demuxer_, name_)),
      decoder_(open_decoder(stream(), name_)),
      frame_(make_frame()) {
  if (fill()) return;
  const bool known = decoder_->sample_rate > 0 && decoder_->ch_layout.nb_channels > 0 &&
                     decoder_->sample_fmt != AV_SAMPLE_FMT_NONE;
  if (known)
    format_ = format_of({decoder_->sample_fmt, decoder_->sample_rate, ChannelLayout(decoder_->ch_layout)});
  if (!known || errors_since_ > 0 || samples()) {
    throw Error(ExitStatus::input,
                fmt::format("{}: none of its audio ({}) can be decoded; see what ffprobe says of it", name_,
                            avcodec_get_name(decoder_->codec_id)));
  }
}

bool PcmDecoder::lossless() const { return is_lossless(decoder_->codec_id); }

std::optional<std::int64_t> PcmDecoder::samples() const {
  const AVStream& from = stream();
  const bool counted = from.time_base.num == 1 && from.time_base.den == format_.rate && from.duration > 0 &&
                       demuxer_.format().duration_estimation_method != AVFMT_DURATION_FROM_BITRATE;
  return lossless() && counted ? std::optional(from.duration) : std::nullopt;
}

std::int64_t PcmDecoder::least_samples() const {
  if (lossless() || demuxer_.format_name().find("mp4") == std::string::npos || stream().duration <= 0)
    return 0;
  const int tolerance = format_.rate / 5;  // the length of frames, the encoder's delay
  return std::max<std::int64_t>(
      0, rescale(stream().duration, from_av(stream().time_base), {1, format_.rate}) - tolerance);
}

std::optional<std::array<std::byte, 16>> PcmDecoder::stored_md5() const {
  constexpr int md5_at = 18, stream_info_bytes = 34;  // RFC 9639, section 8.2
  if (decoder_->codec_id != AV_CODEC_ID_FLAC || decoder_->extradata_size < stream_info_bytes)
    return std::nullopt;
  std::array<std::byte, 16> md5{};
  std::memcpy(md5.data(), decoder_->extradata + md5_at, md5.size());
  return md5 == std::array<std::byte, 16>{} ? std::nullopt : std::optional(md5);
}

std::int64_t PcmDecoder::errors() const {
  constexpr std::int64_t junk = 2;
  return errors_ + (lossless() || errors_since_ > junk ? errors_since_ : 0);
}

PcmFormat PcmDecoder::format_of(const AudioFormat& audio) const {
  PcmFormat format;
  format.rate = audio.sample_rate;
  format.channels = audio.layout.channels();
  const AVChannelLayout& layout = audio.layout.get();
  if (layout.order == AV_CHANNEL_ORDER_NATIVE && layout.u.mask <= std::numeric_limits<std::uint32_t>::max()) {
    format.channel_mask = static_cast<std::uint32_t>(layout.u.mask);
  }
  // FLAC's channels have an order of their own, which libavcodec's layouts only resemble.
  const bool by_tag =
      av_dict_get(stream().metadata, "WAVEFORMATEXTENSIBLE_CHANNEL_MASK", nullptr, 0) != nullptr;
  if (decoder_->codec_id == AV_CODEC_ID_FLAC && !by_tag) format.channel_mask = 0;
  // Guessed by libavcodec as often as told by the file, and what FLAC takes one and two channels for anyway.
  if (format.channel_mask == AV_CH_LAYOUT_MONO || format.channel_mask == AV_CH_LAYOUT_STEREO)
    format.channel_mask = 0;
  const auto packed = av_get_packed_sample_fmt(audio.sample_format);
  if (is_float(packed)) {
    format.bits = lossless() ? 24 : 16;
  } else if (packed == AV_SAMPLE_FMT_U8) {
    format.bits = 8;
    format.is_signed = false;
  } else if (packed == AV_SAMPLE_FMT_S16 || packed == AV_SAMPLE_FMT_S32) {
    const int container = 8 * av_get_bytes_per_sample(packed);
    const int raw = decoder_->bits_per_raw_sample;
    format.bits = raw >= 4 && raw < container ? raw : container;
  } else {
    throw Error(ExitStatus::codec,
                fmt::format("{}: its samples have 64 bits; convert it first, e.g. ffmpeg -i FILE "
                            "-c:a pcm_s32le NEW.wav",
                            name_));
  }
  format.bytes = (format.bits + 7) / 8;
  format.shift = 8 * format.bytes - format.bits;
  return format;
}

void PcmDecoder::send_packet() {
  const Packet packet = make_packet();
  do {
    av_packet_unref(packet.get());
    draining_ = !demuxer_.read(*packet);
  } while (!draining_ && packet->stream_index != stream_);
  const int code = avcodec_send_packet(decoder_.get(), draining_ ? nullptr : packet.get());
  if (code < 0 && !draining_) count_error(code, packet.get());
}

void PcmDecoder::count_error(int code, const AVPacket* packet) {
  if (code == AVERROR(ENOMEM)) check(code, ExitStatus::internal, name_);
  ++errors_since_;
  // libavcodec takes a FLAC file whose depth changes for a damaged one.
  if (packet == nullptr || decoder_->codec_id != AV_CODEC_ID_FLAC) return;
  if (const int bits = flac_frame_bits(*packet); bits != 0 && format_.bits != 0 && bits != format_.bits) {
    refuse_change(fmt::format("{} bits", bits));
  }
}

void PcmDecoder::refuse_change(const std::string& now) const {
  throw Error(
      ExitStatus::input,
      fmt::format(
          "{}: its format changes after {} samples, from {} to {}; split it there and encode the parts",
          name_, samples_out_, describe(format_), now));
}

/// The frame, as the decoder left it, becomes integers of format_.
void PcmDecoder::take_frame() {
  if (frame_->sample_rate <= 0) frame_->sample_rate = decoder_->sample_rate;
  const AudioFormat audio = audio_format_of(*frame_);
  const PcmFormat now = format_of(audio);
  if (format_.rate == 0) format_ = now;
  if (now != format_) refuse_change(describe(now));
  if (lossless() || samples_out_ > 0) errors_ += errors_since_;
  errors_since_ = 0;
  if (!is_float(audio.sample_format)) return;
  if (!to_integers_ || to_integers_->from() != audio) {
    AudioFormat integers = audio;
    integers.sample_format = format_.bits > 16 ? AV_SAMPLE_FMT_S32 : AV_SAMPLE_FMT_S16;
    to_integers_.emplace(audio, integers);
  }
  frame_ = to_integers_->convert(*frame_);
}

/// False at the end; else frame_ has samples that are not read.
bool PcmDecoder::fill() {
  while (used_ >= frame_->nb_samples) {
    av_frame_unref(frame_.get());
    used_ = 0;
    const int code = avcodec_receive_frame(decoder_.get(), frame_.get());
    if (code >= 0) {
      if (frame_->nb_samples > 0) take_frame();
      continue;
    }
    if (code == AVERROR_EOF) return false;
    if (code != AVERROR(EAGAIN)) count_error(code, nullptr);
    if (draining_) return false;
    send_packet();
  }
  return true;
}

std::size_t PcmDecoder::read(std::span<std::byte> into) {
  const auto block = static_cast<std::size_t>(format_.block_bytes());
  std::size_t done = 0;
  while (into.size() - done >= block && fill()) {
    const auto room = (into.size() - done) / block;
    const int left = frame_->nb_samples - used_;
    const int count = static_cast<int>(std::min(room, static_cast<std::size_t>(left)));
    // What was made from floating point has lower bits by nature, and loses them as pcm_s24le does.
    if (!pack(*frame_, used_, count, format_, into.data() + done) && !to_integers_) {
      throw Error(
          ExitStatus::codec,
          fmt::format("{}: its samples have more than the {} bits that libavcodec's {} decoder tells of; "
                      "convert it to WAV first",
                      name_, format_.bits, decoder_->codec->name));
    }
    used_ += count;
    samples_out_ += count;
    done += static_cast<std::size_t>(count) * block;
  }
  return done;
}

}  // namespace mpienc::av
