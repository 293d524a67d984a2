#include "mpienc/collection/audio_names.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace mpienc::collection {

bool named_like_audio(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 40> extensions{
      ".aac", ".ac3", ".aif", ".aifc", ".aiff", ".alac", ".amr",  ".ape",  ".au",  ".bwf",
      ".caf", ".dff", ".dsf", ".dts",  ".eac3", ".flac", ".m4a",  ".m4b",  ".mka", ".mp+",
      ".mp2", ".mp3", ".mpc", ".oga",  ".ogg",  ".opus", ".ra",   ".rf64", ".shn", ".snd",
      ".spx", ".tak", ".tta", ".voc",  ".w64",  ".wav",  ".wave", ".weba", ".wma", ".wv"};
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::ranges::find(extensions, extension) != extensions.end();
}

}  // namespace mpienc::collection
