#include "mpienc/encode/audio_option.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mpienc/av/encoder_names.hpp"
#include "mpienc/av/error.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace mpienc::encode {

namespace {

/// Of the hundreds that libavcodec has for all its codecs, those that audio encoders read and that leave the
/// promises alone: threads, flags, formats and the like do not.
constexpr std::array<std::string_view, 9> general{
    "b", "bufsize", "compression_level", "cutoff", "maxrate", "minrate", "profile", "strict", "trellis"};

const AVOption* own_option(const AVCodec& codec, const std::string& name) {
  if (codec.priv_class == nullptr) return nullptr;
  const AVClass* own = codec.priv_class;
  const AVOption* option = av_opt_find(&own, name.c_str(), nullptr, 0, AV_OPT_SEARCH_FAKE_OBJ);
  return option != nullptr && option->type != AV_OPT_TYPE_CONST ? option : nullptr;
}

std::vector<std::string> names_of(const AVCodec& codec) {
  std::vector<std::string> names(general.begin(), general.end());
  if (codec.priv_class != nullptr) {
    const AVClass* own = codec.priv_class;
    const AVOption* option = nullptr;
    while ((option = av_opt_next(&own, option)) != nullptr) {
      if (option->type != AV_OPT_TYPE_CONST) names.emplace_back(option->name);
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

void check_audio_option(const std::string& encoder, const std::string& name, const std::string& value,
                        const std::string& where) {
  const AVCodec& codec = av::find_encoder(encoder, AVMEDIA_TYPE_AUDIO);
  if (std::ranges::find(general, name) == general.end() && own_option(codec, name) == nullptr) {
    throw Error(ExitStatus::usage, fmt::format("{}: {} has quality, bitrate, {}, not '{}'", where, encoder,
                                               fmt::join(names_of(codec), ", "), name));
  }
  const av::CodecContext context(avcodec_alloc_context3(&codec));
  if (!context) throw Error(ExitStatus::internal, "out of memory for an audio encoder");
  if (av_opt_set(context.get(), name.c_str(), value.c_str(), AV_OPT_SEARCH_CHILDREN) < 0) {
    throw Error(ExitStatus::usage,
                fmt::format("{}: {} does not take '{}' for {}; ffmpeg -h encoder={} tells of its "
                            "values",
                            where, encoder, value, name, encoder));
  }
}

}  // namespace mpienc::encode
