#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "mpienc/core/bytes.hpp"

namespace mpienc::encode {

inline constexpr const char* isolated_word = "--isolated-chunk";
inline constexpr int isolated_input = 3, isolated_output = 4;  ///< file descriptors of the child

/// In front of the task and the settings, in the child's input.
struct IsolatedInput {
  static constexpr std::uint64_t right_magic = 0x314b484349534f49;
  std::uint64_t magic = right_magic;
  std::int64_t parent = 0;  ///< its process
  std::uint64_t task_size = 0, settings_size = 0;
  std::uint64_t crc = 0;  ///< of both
};

/// The first page of the child's output, which parent and child share as memory; a result follows.
struct IsolatedOutput {
  static constexpr std::size_t page = 4096;
  std::atomic<std::int64_t> frames{0};
  std::atomic<std::uint32_t> complete{0};  ///< set last
  std::int32_t status = 0;                 ///< success: a ChunkResult follows, else the line of an Error
  std::uint64_t size = 0;                  ///< of what follows
  std::uint64_t crc = 0;                   ///< of what follows
};
static_assert(sizeof(IsolatedOutput) <= IsolatedOutput::page &&
              std::atomic<std::int64_t>::is_always_lock_free);

/// A file descriptor that is closed in the end.
class OwnedFile {
 public:
  OwnedFile() = default;
  explicit OwnedFile(int fd) : fd_(fd) {}
  OwnedFile(OwnedFile&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  OwnedFile& operator=(OwnedFile&& other) noexcept;
  ~OwnedFile();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A file in memory, closed on exec, whose descriptor is none that a child is given. Error(internal).
[[nodiscard]] OwnedFile make_memory_file(const char* name);

/// The file's bytes [0, size) as memory; shared with whoever maps it too where `writable`. Error(internal).
class MappedFile {
 public:
  MappedFile(int fd, std::size_t size, bool writable);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  [[nodiscard]] std::span<std::byte> bytes() const { return {static_cast<std::byte*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Size in bytes; Error(internal).
[[nodiscard]] std::size_t size_of_file(int fd);
/// Error(internal).
void write_at(int fd, std::size_t offset, std::span<const std::byte> bytes);

}  // namespace mpienc::encode
