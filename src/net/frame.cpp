#include "mpienc/net/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "mpienc/core/checksum.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::net {
namespace {

static_assert(sizeof(FrameHeader) == 48 && std::has_unique_object_representations_v<FrameHeader>);

std::uint32_t crc_of(const void* data, std::size_t size) {
  return crc32({static_cast<const std::byte*>(data), size});
}

std::uint32_t header_crc(const FrameHeader& header) {
  return crc_of(&header, offsetof(FrameHeader, header_crc));
}

[[noreturn]] void reject(int from, const char* what) {
  throw Error(ExitStatus::cluster, fmt::format("a message from rank {} {}", from, what));
}

Message message_of(const FrameHeader& header, Bytes payload, bool damaged) {
  Message message{.operation = static_cast<Operation>(header.operation),
                  .chunk = header.chunk,
                  .attempt = header.attempt,
                  .payload = nullptr,
                  .damaged = damaged};
  if (header.length > 0 && !damaged) message.payload = std::make_shared<const Bytes>(std::move(payload));
  return message;
}

}  // namespace

bool fits_frame(const Message& message) {
  return message.payload == nullptr || message.payload->size() <= kMaxFramePayload;
}

FrameSplitter::FrameSplitter(Message message) : message_(std::move(message)) {}

void FrameSplitter::next(Bytes& frame) {
  const auto payload =
      message_.payload ? std::span<const std::byte>(*message_.payload) : std::span<const std::byte>();
  const auto piece = payload.subspan(offset_, std::min(kMaxFramePayload, payload.size() - offset_));
  FrameHeader header{.magic = kFrameMagic,
                     .operation = static_cast<std::uint32_t>(message_.operation),
                     .chunk = message_.chunk,
                     .attempt = message_.attempt,
                     .length = payload.size(),
                     .offset = offset_,
                     .size = static_cast<std::uint32_t>(piece.size()),
                     .crc = crc_of(piece.data(), piece.size()),
                     .unused = 0,
                     .header_crc = 0};
  header.header_crc = header_crc(header);
  frame.resize(sizeof header + piece.size());
  std::memcpy(frame.data(), &header, sizeof header);
  std::copy(piece.begin(), piece.end(), frame.begin() + sizeof header);
  offset_ += piece.size();
  done_ = offset_ == payload.size();
}

FrameHeader FrameAssembler::checked_header(std::span<const std::byte> frame) const {
  FrameHeader header;
  if (frame.size() < sizeof header) reject(from_, "is cut short; check the network between the hosts");
  std::memcpy(&header, frame.data(), sizeof header);
  if (header.magic != kFrameMagic) {
    reject(from_, "is not of this program's format; check that all ranks run the same mpienc");
  }
  if (header.header_crc != header_crc(header)) {
    reject(from_, "has a wrong checksum; check the network and the memory of that host");
  }
  return header;
}

bool FrameAssembler::overtakes(const FrameHeader& header) const {
  return partial_ && header.offset == 0 && header.size == header.length &&
         may_overtake(static_cast<Operation>(header.operation));
}

void FrameAssembler::check_place(const FrameHeader& header) const {
  const bool continues = header.operation == first_.operation && header.chunk == first_.chunk &&
                         header.attempt == first_.attempt && header.length == first_.length;
  const bool placed =
      partial_ ? continues && header.offset == arrived_ && header.size > 0 : header.offset == 0;
  if (!placed || header.size > header.length - header.offset) {
    reject(from_, "has a frame out of place; check that all ranks run the same mpienc");
  }
}

void FrameAssembler::begin(const FrameHeader& header) {
  first_ = header;
  arrived_ = 0;
  payload_.reserve(header.length);
  partial_ = true;
  damaged_ = false;
}

std::optional<Message> FrameAssembler::add(std::span<const std::byte> frame) {
  const auto header = checked_header(frame);
  const auto piece = frame.subspan(sizeof header);
  if (piece.size() != header.size) {
    reject(from_, "has a frame of the wrong size; check that all ranks run the same mpienc");
  }
  const bool damaged = header.crc != crc_of(piece.data(), piece.size());
  if (overtakes(header)) return message_of(header, Bytes(piece.begin(), piece.end()), damaged);
  check_place(header);
  if (!partial_) begin(header);
  arrived_ += piece.size();
  damaged_ |= damaged;
  if (damaged_) {
    payload_ = {};
  } else {
    payload_.insert(payload_.end(), piece.begin(), piece.end());
  }
  if (arrived_ < header.length) return std::nullopt;
  partial_ = false;
  return message_of(header, std::exchange(payload_, {}), damaged_);
}

}  // namespace mpienc::net
