#include "libavcodec_format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mpienc/av/encoder_names.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/encode/audio_option.hpp"
#include "mpienc/encode/pcm_encoder.hpp"

namespace mpienc::convert {

namespace {

constexpr PcmFormat compact_disc{.rate = 44100, .channels = 2, .bits = 16, .bytes = 2};

/// Containers that no muxer's own default tells of.
std::string usual_extension(AVCodecID codec) {
  struct Usual {
    AVCodecID codec;
    const char* extension;
  };
  constexpr std::array usual{Usual{AV_CODEC_ID_AAC, ".m4a"},           Usual{AV_CODEC_ID_ALAC, ".m4a"},
                             Usual{AV_CODEC_ID_MP3, ".mp3"},           Usual{AV_CODEC_ID_MP2, ".mp2"},
                             Usual{AV_CODEC_ID_VORBIS, ".ogg"},        Usual{AV_CODEC_ID_OPUS, ".opus"},
                             Usual{AV_CODEC_ID_SPEEX, ".spx"},         Usual{AV_CODEC_ID_FLAC, ".flac"},
                             Usual{AV_CODEC_ID_WAVPACK, ".wv"},        Usual{AV_CODEC_ID_TTA, ".tta"},
                             Usual{AV_CODEC_ID_AC3, ".ac3"},           Usual{AV_CODEC_ID_EAC3, ".eac3"},
                             Usual{AV_CODEC_ID_WMAV1, ".wma"},         Usual{AV_CODEC_ID_WMAV2, ".wma"},
                             Usual{AV_CODEC_ID_AMR_NB, ".amr"},        Usual{AV_CODEC_ID_PCM_U8, ".wav"},
                             Usual{AV_CODEC_ID_PCM_S16LE, ".wav"},     Usual{AV_CODEC_ID_PCM_S24LE, ".wav"},
                             Usual{AV_CODEC_ID_PCM_S32LE, ".wav"},     Usual{AV_CODEC_ID_PCM_F32LE, ".wav"},
                             Usual{AV_CODEC_ID_PCM_F64LE, ".wav"},     Usual{AV_CODEC_ID_PCM_ALAW, ".wav"},
                             Usual{AV_CODEC_ID_PCM_MULAW, ".wav"},     Usual{AV_CODEC_ID_ADPCM_MS, ".wav"},
                             Usual{AV_CODEC_ID_ADPCM_IMA_WAV, ".wav"}, Usual{AV_CODEC_ID_PCM_S8, ".aiff"},
                             Usual{AV_CODEC_ID_PCM_S16BE, ".aiff"},    Usual{AV_CODEC_ID_PCM_S24BE, ".aiff"},
                             Usual{AV_CODEC_ID_PCM_S32BE, ".aiff"}};
  const auto* const found = std::ranges::find(usual, codec, &Usual::codec);
  return found != usual.end() ? found->extension : "";
}

bool holds(const std::string& extension, AVCodecID codec) {
  if (extension.empty()) return false;
  const AVOutputFormat* const format = av_guess_format(nullptr, ("x" + extension).c_str(), nullptr);
  if (format == nullptr) return false;
  return format->audio_codec == codec || avformat_query_codec(format, codec, FF_COMPLIANCE_EXPERIMENTAL) == 1;
}

}  // namespace

void check_encoder_options(const encode::AudioSettings& settings, std::string_view where) {
  const AVCodec& codec = av::find_encoder(settings.codec, AVMEDIA_TYPE_AUDIO);
  for (const auto& [name, value] : settings.options) {
    encode::check_audio_option(settings.codec, name, value, std::string(where));
  }
  if (settings.quality && settings.bit_rate) {
    throw Error(ExitStatus::usage, fmt::format("{}: quality and bitrate exclude each other", where));
  }
  if (settings.quality && codec.id == AV_CODEC_ID_OPUS) {
    throw Error(ExitStatus::usage, fmt::format("{}: Opus has no quality; give a bitrate", where));
  }
  try {
    const encode::PcmEncoder tried(compact_disc, settings, [](const av::Packet&) {});
  } catch (const Error& error) {
    throw Error(ExitStatus::usage, fmt::format("{}: {}", where, error.what()));
  }
}

std::string extension_for_encoder(const std::string& encoder) {
  const AVCodecID codec = av::find_encoder(encoder, AVMEDIA_TYPE_AUDIO).id;
  for (const std::string& extension : {usual_extension(codec), std::string(".mka"), std::string(".mov")}) {
    if (holds(extension, codec)) return extension;
  }
  throw Error(ExitStatus::usage,
              fmt::format("ffmpeg:{}: no container is known for {}; choose another encoder", encoder,
                          avcodec_get_name(codec)));
}

}  // namespace mpienc::convert
