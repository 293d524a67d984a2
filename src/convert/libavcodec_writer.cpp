#include "mpienc/encode/pcm_encoder.hpp"
#include "mpienc/output/container.hpp"
#include "muxed_file.hpp"
#include "writer.hpp"

namespace mpienc::convert {

namespace {

encode::AudioSettings settings_for(const Format& format, const std::filesystem::path& path) {
  auto settings = format.audio;
  settings.global_header = (output::container_for(path).flags & AVFMT_GLOBALHEADER) != 0;
  return settings;
}

class LibavcodecWriter final : public Writer {
 public:
  LibavcodecWriter(const Format& format, const std::filesystem::path& path, const Song& song)
      : encoder_(song.about.format, settings_for(format, path),
                 [this](const av::Packet& p) { file_.write(*p); }),
        file_(path, encoder_.stream(), song.tags) {}

  void write(std::span<const std::byte> pcm) override { encoder_.write(pcm); }

  std::int64_t commit(const Ending&, bool overwrite) override {
    if (const auto extradata = encoder_.finish()) file_.update_extradata(*extradata);
    return file_.commit(overwrite);
  }

 private:
  encode::PcmEncoder encoder_;
  MuxedFile file_;
};

}  // namespace

std::unique_ptr<Writer> make_libavcodec_writer(const Format& format, const std::filesystem::path& path,
                                               const Song& song) {
  return std::make_unique<LibavcodecWriter>(format, path, song);
}

}  // namespace mpienc::convert
