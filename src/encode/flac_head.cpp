#include "mpienc/encode/flac_head.hpp"

#include <FLAC/metadata.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "flac_block.hpp"
#include "flac_encoder.hpp"

namespace mpienc::encode {

namespace {

constexpr std::uint32_t longest_block = (1U << 24) - 1;
constexpr std::int32_t seek_point_size = 18;

using Blocks = std::vector<FlacBlock>;

FlacBlock seek_table(std::int32_t rate, std::uint64_t samples) {
  auto block = block_of(FLAC__METADATA_TYPE_SEEKTABLE);
  require(FLAC__metadata_object_seektable_template_append_spaced_points_by_samples(
              block.get(), 10 * static_cast<std::uint32_t>(rate), samples) != 0);
  require(FLAC__metadata_object_seektable_template_sort(block.get(), 1) != 0);
  return block;
}

void add_channel_mask(FLAC__StreamMetadata& comments, std::uint32_t channel_mask) {
  auto text = fmt::format("WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x{:04X}", channel_mask);
  const FLAC__StreamMetadata_VorbisComment_Entry entry{static_cast<std::uint32_t>(text.size()),
                                                       reinterpret_cast<FLAC__byte*>(text.data())};
  require(FLAC__metadata_object_vorbiscomment_replace_comment(&comments, entry, 1, 1) != 0);
}

FlacBlock padding(std::uint64_t length) {
  auto block = block_of(FLAC__METADATA_TYPE_PADDING);
  block->length = static_cast<std::uint32_t>(std::min<std::uint64_t>(length, longest_block));
  return block;
}

/// Room for tags that are added later: more where 20 minutes of audio would have to be moved for them.
std::uint64_t usual_padding(std::int32_t rate, std::uint64_t samples) {
  return samples / static_cast<std::uint64_t>(rate) < std::uint64_t{20} * 60 ? 8192 : 65536;
}

bool has(const Blocks& blocks, FLAC__MetadataType type) {
  return std::ranges::any_of(blocks, [&](const auto& block) { return block->type == type; });
}

bool ends_elsewhere(const FLAC__StreamMetadata& block, std::uint64_t samples) {
  if (block.type != FLAC__METADATA_TYPE_CUESHEET) return false;
  const auto& sheet = block.data.cue_sheet;
  return sheet.num_tracks > 0 && sheet.tracks[sheet.num_tracks - 1].offset != samples;
}

FLAC__StreamEncoderWriteStatus append(const FLAC__StreamEncoder* /*encoder*/, const FLAC__byte* data,
                                      std::size_t size, std::uint32_t /*samples*/, std::uint32_t /*frame*/,
                                      void* client) {
  auto& written = *static_cast<FlacHead*>(client);
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    if (!written.bytes.empty() && (data[0] & 0x7FU) == FLAC__METADATA_TYPE_SEEKTABLE &&
        written.seek_table == 0) {
      constexpr auto header = 4;
      written.seek_table = static_cast<std::int64_t>(written.bytes.size()) + header;
      written.seek_points = static_cast<std::int32_t>(size - header) / seek_point_size;
    }
    written.bytes.insert(written.bytes.end(), bytes.begin(), bytes.end());
  } catch (...) {  // exceptions must not pass through libFLAC
    return FLAC__STREAM_ENCODER_WRITE_STATUS_FATAL_ERROR;
  }
  return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}

/// Written by libFLAC itself, so that every byte is as `flac` has it.
FlacHead write(const FlacSettings& settings, const PcmFormat& format, const Blocks& blocks) {
  const auto encoder = make_flac_encoder(settings, format);
  std::vector<FLAC__StreamMetadata*> list;
  for (const auto& block : blocks) list.push_back(block.get());
  require(FLAC__stream_encoder_set_metadata(encoder.get(), list.data(),
                                            static_cast<std::uint32_t>(list.size())) != 0);
  FlacHead head;
  head.block_samples = settings.block();
  start(*encoder, &append, &head);
  return head;
}

}  // namespace

FlacHead flac_head(const FlacSettings& settings, const PcmFormat& format, std::int64_t expected_samples,
                   std::vector<FlacBlock> more) {
  check_flac(settings, format);
  const auto samples = static_cast<std::uint64_t>(expected_samples);
  if (more.empty()) more.push_back(block_of(FLAC__METADATA_TYPE_VORBIS_COMMENT));
  if (format.channel_mask != 0) add_channel_mask(*more.front(), format.channel_mask);
  Blocks blocks;
  if (samples > 0) blocks.push_back(seek_table(format.rate, samples));
  std::ranges::move(more, std::back_inserter(blocks));
  blocks.push_back(padding(usual_padding(format.rate, samples)));
  return write(settings, format, blocks);
}

FlacHead flac_head(const FlacSettings& settings, const PcmFormat& format, std::vector<FlacBlock> source) {
  check_flac(settings, format);
  const auto samples = source.front()->data.stream_info.total_samples;
  auto blocks = std::move(source);
  blocks.erase(blocks.begin());
  if (!has(blocks, FLAC__METADATA_TYPE_VORBIS_COMMENT)) {
    blocks.insert(blocks.begin(), block_of(FLAC__METADATA_TYPE_VORBIS_COMMENT));
  }
  std::erase_if(blocks, [&](const auto& block) { return ends_elsewhere(*block, samples); });
  if (!has(blocks, FLAC__METADATA_TYPE_SEEKTABLE))
    blocks.insert(blocks.begin(), seek_table(format.rate, samples));

  const bool padded = has(blocks, FLAC__METADATA_TYPE_PADDING);
  std::uint64_t room = padded ? 0 : usual_padding(format.rate, samples);
  std::erase_if(blocks, [&](const auto& block) {
    const bool is_padding = block->type == FLAC__METADATA_TYPE_PADDING;
    if (is_padding) room += block->length;
    return is_padding;
  });
  if (room > 0) blocks.push_back(padding(room));
  return write(settings, format, blocks);
}

}  // namespace mpienc::encode
