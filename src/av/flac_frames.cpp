#include "flac_frames.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

namespace mpienc::av {

namespace {

/// What may follow the last frame: ID3v1, APEv2. Not sound that is missing.
bool is_tag(const std::filesystem::path& file, FLAC__uint64 at) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 8> begin{};
  stream.seekg(static_cast<std::streamoff>(at));
  stream.read(begin.data(), begin.size());
  const std::string_view text(begin.data(), static_cast<std::size_t>(stream.gcount()));
  return text.empty() || text.starts_with("TAG") || text == "APETAGEX";
}

}  // namespace

struct FlacDecoder::Frames::Calls {
  static FLAC__StreamDecoderWriteStatus write(const FLAC__StreamDecoder*, const FLAC__Frame* frame,
                                              const FLAC__int32* const values[], void* frames) {
    static_cast<Frames*>(frames)->take(*frame, values);
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
  }

  static void metadata(const FLAC__StreamDecoder*, const FLAC__StreamMetadata* block, void* frames) {
    if (block->type != FLAC__METADATA_TYPE_STREAMINFO) return;
    const FLAC__StreamMetadata_StreamInfo& info = block->data.stream_info;
    Head& head = static_cast<Frames*>(frames)->head_;
    head.samples = static_cast<std::int64_t>(info.total_samples);
    std::memcpy(head.md5.data(), info.md5sum, head.md5.size());
    head.rate = static_cast<int>(info.sample_rate);
    head.channels = static_cast<int>(info.channels);
    head.bits = static_cast<int>(info.bits_per_sample);
  }

  /// A frame whose checksum is wrong still comes, as silence; of anything else that is wrong no frame comes.
  static void error(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus status, void* frames) {
    auto& to = *static_cast<Frames*>(frames);
    (status == FLAC__STREAM_DECODER_ERROR_STATUS_FRAME_CRC_MISMATCH ? to.damaged_ : to.lost_) = true;
  }
};

FlacDecoder::Frames::Frames(const std::filesystem::path& file)
    : file_(file), decoder_(FLAC__stream_decoder_new()) {
  if (!decoder_) throw Error(ExitStatus::internal, "out of memory for a FLAC decoder");
  std::FILE* stream = std::fopen(file.c_str(), "rbe");
  if (stream == nullptr) {
    throw Error(ExitStatus::input, fmt::format("{}: {}", file.string(), std::strerror(errno)));
  }
  FLAC__stream_decoder_set_md5_checking(decoder_.get(), 0);
  const auto status = FLAC__stream_decoder_init_FILE(decoder_.get(), stream, Calls::write, Calls::metadata,
                                                     Calls::error, this);
  if (status != FLAC__STREAM_DECODER_INIT_STATUS_OK) {
    throw Error(ExitStatus::internal, fmt::format("libFLAC's decoder does not start: {}",
                                                  FLAC__StreamDecoderInitStatusString[status]));
  }
}

void FlacDecoder::Frames::take(const FLAC__Frame& frame, const FLAC__int32* const* values) {
  has_frame_ = !damaged_;
  errors_ += damaged_ || lost_ ? 1 : 0;
  damaged_ = lost_ = false;
  frame_.rate = static_cast<int>(frame.header.sample_rate);
  frame_.channels = static_cast<int>(frame.header.channels);
  frame_.bits = static_cast<int>(frame.header.bits_per_sample);
  frame_.samples = static_cast<int>(frame.header.blocksize);
  std::copy_n(values, frame.header.channels, frame_.values.begin());
}

bool FlacDecoder::Frames::next() {
  has_frame_ = false;
  while (!has_frame_ && !ended_) {
    FLAC__stream_decoder_get_decode_position(decoder_.get(), &whole_);
    const bool going = FLAC__stream_decoder_process_single(decoder_.get()) != 0;
    ended_ = !going || FLAC__stream_decoder_get_state(decoder_.get()) == FLAC__STREAM_DECODER_END_OF_STREAM;
  }
  if (ended_ && !has_frame_) end();
  return has_frame_;
}

/// A frame that the end of the file cuts off is no error to libFLAC.
void FlacDecoder::Frames::end() {
  std::error_code none;
  const auto size = std::filesystem::file_size(file_, none);
  if (whole_ < size && !is_tag(file_, whole_)) ++errors_;
  whole_ = size;
}

}  // namespace mpienc::av
