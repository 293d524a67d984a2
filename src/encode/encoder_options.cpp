#include "mpienc/encode/encoder_options.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include <x264.h>

#include <fmt/format.h>

#include "mpienc/av/error.hpp"

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/opt.h>
}

namespace mpienc::encode {

namespace {

using Dictionary = std::map<std::string, std::string>;

bool is_x264(const AVCodec& codec) { return std::string_view(codec.name).starts_with("libx264"); }
bool is_x265(const AVCodec& codec) { return std::string_view(codec.name) == "libx265"; }

bool has_option(const AVCodec& codec, const std::string& name) {
  const auto find = [&](const AVClass* c) {
    return c != nullptr && av_opt_find(&c, name.c_str(), nullptr, 0, AV_OPT_SEARCH_FAKE_OBJ) != nullptr;
  };
  return find(codec.priv_class) || find(avcodec_get_class());
}

Dictionary parse(const std::string& text) {
  AVDictionary* raw = nullptr;
  const int code = av_dict_parse_string(&raw, text.c_str(), "=", ":", 0);
  const av::Handle<AVDictionary> owner(raw);
  if (code < 0) {
    throw Error(ExitStatus::usage, fmt::format("--encoder-options {}: expected key=value:key=value", text));
  }
  Dictionary parsed;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(raw, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    parsed[entry->key] = entry->value;
  }
  return parsed;
}

void refuse_what_breaks_promises(const std::string& name) {
  constexpr std::array<std::string_view, 25> refused = {"threads",
                                                        "lookahead-threads",
                                                        "sliced-threads",
                                                        "asm",
                                                        "stitchable",
                                                        "deterministic",
                                                        "n-deterministic",
                                                        "non-deterministic",
                                                        "open-gop",
                                                        "annexb",
                                                        "pass",
                                                        "stats",
                                                        "passlogfile",
                                                        "x264-params",
                                                        "x264opts",
                                                        "x265-params",
                                                        "svtav1-params",
                                                        "flags",
                                                        "flags2",
                                                        "time-base",
                                                        "thread-type",
                                                        "dump-yuv",
                                                        "log",
                                                        "log-level",
                                                        "opencl"};
  std::string plain = name;
  std::ranges::replace(plain, '_', '-');
  if (plain.starts_with("no-")) plain.erase(0, 3);
  if (std::ranges::find(refused, plain) == refused.end()) return;
  throw Error(
      ExitStatus::usage,
      fmt::format("--encoder-options {}: not open to change, as the output's bytes and seams depend on "
                  "it; x264's other options go by their own names (me=umh:ref=5)",
                  name));
}

/// Checks name and value with x264 itself, which libavcodec would only warn of.
void check_x264(const std::string& name, const std::string& value) {
  x264_param_t parameters;
  x264_param_default(&parameters);
  const int code = x264_param_parse(&parameters, name.c_str(), value.c_str());
  x264_param_cleanup(&parameters);
  if (code == X264_PARAM_BAD_NAME) {
    throw Error(ExitStatus::usage, fmt::format("--encoder-options {}: libx264 has no such option "
                                               "(x264 --fullhelp lists them)",
                                               name));
  }
  if (code != 0) {
    throw Error(ExitStatus::usage,
                fmt::format("--encoder-options {}={}: libx264 does not take this value", name, value));
  }
}

/// x264 itself would print its own line of a wrong name. `names` ends with a null.
void check_x264_name(const std::string& option, const std::string& value, const char* const* names) {
  std::string known;
  for (; *names != nullptr; ++names) {
    if (value == *names) return;
    known += known.empty() ? "" : ", ";
    known += *names;
  }
  throw Error(ExitStatus::usage, fmt::format("--{} {}: libx264 knows {}", option, value, known));
}

void check_x264_names(const VideoOptions& options) {
  if (!options.preset.empty()) check_x264_name("preset", options.preset, x264_preset_names);
  if (!options.profile.empty()) check_x264_name("profile", options.profile, x264_profile_names);
  std::istringstream tunes(options.tune);
  for (std::string tune; std::getline(tunes, tune, ',');) check_x264_name("tune", tune, x264_tune_names);
}

void set_named(Dictionary& dictionary, const AVCodec& codec, const std::string& name,
               const std::string& value) {
  if (value.empty()) return;
  if (!has_option(codec, name)) {
    throw Error(ExitStatus::usage, fmt::format("--{}: encoder {} has no such option; leave it out or use "
                                               "--encoder-options",
                                               name, codec.name));
  }
  dictionary[name] = value;
}

void append(std::string& list, const std::string& entry) {
  if (!list.empty()) list += ':';
  list += entry;
}

}  // namespace

std::map<std::string, std::string> encoder_dictionary(const AVCodec& codec, const VideoSettings& settings) {
  const auto& options = settings.options;
  Dictionary dictionary;
  if (is_x264(codec)) check_x264_names(options);
  set_named(dictionary, codec, "preset", options.preset);
  set_named(dictionary, codec, "tune", options.tune);
  set_named(dictionary, codec, "profile", options.profile);
  if (options.crf) set_named(dictionary, codec, "crf", fmt::format("{}", *options.crf));

  std::string native;
  for (const auto& [name, value] : parse(options.encoder_options)) {
    refuse_what_breaks_promises(name);
    if (has_option(codec, name)) {
      dictionary[name] = value;
    } else if (is_x264(codec)) {
      check_x264(name, value);
      append(native, name + "=" + value);
    } else if (is_x265(codec)) {
      append(native, name + "=" + value);
    } else {
      throw Error(
          ExitStatus::usage,
          fmt::format("--encoder-options {}: encoder {} has no such option (ffmpeg -h encoder={} lists "
                      "them)",
                      name, codec.name, codec.name));
    }
  }
  if (is_x264(codec)) {
    append(native, "stitchable=1");
    append(native, "asm=" + options.simd);
    if (!settings.hdr_parameters.empty()) append(native, settings.hdr_parameters);
    dictionary["x264-params"] = native;
  } else if (is_x265(codec)) {
    append(native, "pools=none:frame-threads=1:wpp=0:open-gop=0:log-level=error");
    append(native, "asm=" + options.simd);
    dictionary["x265-params"] = native;
  } else if (std::string_view(codec.name) == "libsvtav1") {
    dictionary["svtav1-params"] = "lp=1";
  }
  return dictionary;
}

}  // namespace mpienc::encode
