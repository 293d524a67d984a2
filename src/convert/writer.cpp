#include "writer.hpp"

namespace mpienc::convert {

std::unique_ptr<Writer> make_writer(const Format& format, const std::filesystem::path& path,
                                    const Song& song) {
  switch (format.kind) {
    case Format::Kind::mp3: return make_mp3_writer(format, path, song);
    case Format::Kind::flac: return make_flac_writer(format, path, song);
    case Format::Kind::libavcodec: return make_libavcodec_writer(format, path, song);
    case Format::Kind::test: break;
  }
  return make_test_writer(path, song.about);
}

}  // namespace mpienc::convert
