#include "mpienc/encode/flac_metadata.hpp"

#include <FLAC/metadata.h>
#include <FLAC/stream_decoder.h>

#include <array>
#include <fstream>
#include <string>
#include <string_view>

#include "mpienc/core/error.hpp"

namespace mpienc::encode {

void FlacBlockDeleter::operator()(FLAC__StreamMetadata* block) const { FLAC__metadata_object_delete(block); }

namespace {

struct DecoderDeleter {
  void operator()(FLAC__StreamDecoder* decoder) const { FLAC__stream_decoder_delete(decoder); }
};

struct Blocks {
  std::vector<FlacBlock> list;
  bool failed = false;
};

FLAC__StreamDecoderWriteStatus ignore_frame(const FLAC__StreamDecoder*, const FLAC__Frame*,
                                            const FLAC__int32* const[], void*) {
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

void take_block(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* block, void* client) {
  auto& blocks = *static_cast<Blocks*>(client);
  FlacBlock copy(FLAC__metadata_object_clone(block));
  try {
    if (copy) {
      blocks.list.push_back(std::move(copy));
      return;
    }
  } catch (...) {  // exceptions must not pass through libFLAC
  }
  blocks.failed = true;
}

void take_error(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus, void* client) {
  static_cast<Blocks*>(client)->failed = true;
}

bool begins_with_id3(const std::filesystem::path& path) {
  std::array<char, 3> begin{};
  std::ifstream(path, std::ios::binary).read(begin.data(), begin.size());
  return std::string_view(begin.data(), begin.size()) == "ID3";
}

}  // namespace

std::vector<FlacBlock> read_flac_metadata(const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& why) {
    throw Error(ExitStatus::input, path.string() + ": " + why);
  };
  if (begins_with_id3(path)) refuse("begins with an ID3 tag, which flac refuses; remove it with id3v2 -D");
  const std::unique_ptr<FLAC__StreamDecoder, DecoderDeleter> decoder(FLAC__stream_decoder_new());
  if (!decoder) throw Error(ExitStatus::internal, "out of memory");
  FLAC__stream_decoder_set_metadata_respond_all(decoder.get());
  Blocks blocks;
  if (FLAC__stream_decoder_init_file(decoder.get(), path.c_str(), ignore_frame, take_block, take_error,
                                     &blocks) != FLAC__STREAM_DECODER_INIT_STATUS_OK) {
    refuse("cannot be read as FLAC; check that it exists");
  }
  if (FLAC__stream_decoder_process_until_end_of_metadata(decoder.get()) == 0 || blocks.failed ||
      blocks.list.empty() || blocks.list.front()->type != FLAC__METADATA_TYPE_STREAMINFO) {
    refuse("its FLAC metadata is damaged; repair it with flac or metaflac");
  }
  if (blocks.list.front()->data.stream_info.total_samples == 0) {
    refuse("does not tell its length, so flac does not encode it again; decode it to WAV first");
  }
  return std::move(blocks.list);
}

}  // namespace mpienc::encode
