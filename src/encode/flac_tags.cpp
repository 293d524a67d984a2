#include <FLAC/format.h>
#include <FLAC/metadata.h>

#include <string>

#include "flac_block.hpp"
#include "mpienc/encode/flac_metadata.hpp"

namespace mpienc::encode {

namespace {

FlacBlock comments_of(std::span<const Tag> tags) {
  auto block = block_of(FLAC__METADATA_TYPE_VORBIS_COMMENT);
  for (const auto& [name, value] : tags) {
    auto text = name + "=" + value;
    const FLAC__StreamMetadata_VorbisComment_Entry entry{static_cast<std::uint32_t>(text.size()),
                                                         reinterpret_cast<FLAC__byte*>(text.data())};
    if (name.empty() || name.find('=') != std::string::npos) continue;
    if (FLAC__format_vorbiscomment_entry_is_legal(entry.entry, entry.length) == 0) continue;
    require(FLAC__metadata_object_vorbiscomment_append_comment(block.get(), entry, 1) != 0);
  }
  return block;
}

FlacBlock picture_of(const AttachedPicture& picture) {
  auto block = block_of(FLAC__METADATA_TYPE_PICTURE);
  const bool allowed = picture.type > FLAC__STREAM_METADATA_PICTURE_TYPE_FILE_ICON &&
                       picture.type < FLAC__STREAM_METADATA_PICTURE_TYPE_UNDEFINED;
  block->data.picture.type = static_cast<FLAC__StreamMetadata_Picture_Type>(allowed ? picture.type : 0);
  auto copy = picture;
  const auto bytes = [](auto& from) { return reinterpret_cast<FLAC__byte*>(from.data()); };
  require(FLAC__metadata_object_picture_set_mime_type(block.get(), copy.mime.data(), 1) != 0);
  require(FLAC__metadata_object_picture_set_description(block.get(), bytes(copy.description), 1) != 0);
  require(FLAC__metadata_object_picture_set_data(block.get(), bytes(copy.data),
                                                 static_cast<std::uint32_t>(copy.data.size()), 1) != 0);
  return block;
}

}  // namespace

std::vector<FlacBlock> make_flac_blocks(std::span<const Tag> tags,
                                        std::span<const AttachedPicture> pictures) {
  std::vector<FlacBlock> blocks;
  blocks.push_back(comments_of(tags));
  for (const auto& picture : pictures) {
    auto block = picture_of(picture);
    if (FLAC__format_picture_is_legal(&block->data.picture, nullptr) != 0) blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace mpienc::encode
