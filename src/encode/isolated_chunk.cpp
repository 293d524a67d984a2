#include "mpienc/encode/isolated_chunk.hpp"

#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "isolated_files.hpp"
#include "isolated_process.hpp"
#include "mpienc/core/checksum.hpp"

namespace mpienc::encode {

namespace {

OwnedFile make_input(std::span<const std::byte> task, const Settings& settings) {
  const auto last = serialise(settings);
  Checksum sum;
  sum.add(task);
  sum.add(std::span<const std::byte>(last));
  const IsolatedInput head{
      .parent = ::getpid(), .task_size = task.size(), .settings_size = last.size(), .crc = sum.value()};
  auto file = make_memory_file("mpienc-task");
  write_at(file.get(), 0, std::as_bytes(std::span(&head, 1)));
  write_at(file.get(), sizeof head, task);
  write_at(file.get(), sizeof head + task.size(), last);
  return file;
}

/// Nobody but the kernel, short of memory, or a user sends it: the chunk is not to blame.
bool was_killed(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }
constexpr int most_kills = 5;

[[noreturn]] void crashed(const std::string& how) {
  throw Error(ExitStatus::codec, "the codec crashed (" + how + ")");
}

void require_whole(int status, const IsolatedOutput& output) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* name = ::sigdescr_np(number);
    crashed(fmt::format("signal {}, {}", number, name != nullptr ? name : "unknown"));
  }
  if (WEXITSTATUS(status) != 0) crashed(fmt::format("exit status {}", WEXITSTATUS(status)));
  if (output.complete.load(std::memory_order_acquire) == 0) crashed("it ended the process");
}

ChunkResult take_result(int fd, const IsolatedOutput& output) {
  const auto size = size_of_file(fd);
  if (output.size == 0 || size < IsolatedOutput::page + output.size) crashed("its result is cut short");
  const MappedFile mapped(fd, size, false);
  const auto bytes = std::span<const std::byte>(mapped.bytes()).subspan(IsolatedOutput::page, output.size);
  Checksum sum;
  sum.add(bytes);
  if (sum.value() != output.crc) crashed("its result is damaged");
  const auto status = static_cast<ExitStatus>(output.status);
  if (status == ExitStatus::success) return ChunkResult::parse(bytes);
  throw Error(status, std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

namespace {

/// Nothing where the process was killed from outside.
std::optional<ChunkResult> encode_once(std::span<const std::byte> task, const Settings& settings,
                                       const std::stop_token& stop, std::atomic<std::int64_t>& frames,
                                       double& cpu_seconds) {
  const auto file = make_memory_file("mpienc-result");
  write_at(file.get(), 0, Bytes(IsolatedOutput::page));
  const MappedFile head(file.get(), IsolatedOutput::page, true);
  const auto& output = *reinterpret_cast<const IsolatedOutput*>(head.bytes().data());
  const auto follow = [&] {
    frames.store(output.frames.load(std::memory_order_relaxed), std::memory_order_relaxed);
  };

  IsolatedProcess process(make_input(task, settings).get(), file.get());
  process.wait(stop, follow);
  follow();
  cpu_seconds += process.cpu_seconds();
  if (stop.stop_requested()) return ChunkResult{};
  if (was_killed(process.status())) return std::nullopt;
  require_whole(process.status(), output);
  return take_result(file.get(), output);
}

}  // namespace

ChunkResult encode_isolated(std::span<const std::byte> task, const Settings& settings,
                            const std::stop_token& stop, std::atomic<std::int64_t>& frames) {
  double cpu_seconds = 0;
  for (int kills = 0; kills < most_kills; ++kills) {
    if (auto result = encode_once(task, settings, stop, frames, cpu_seconds)) {
      result->cpu_seconds = cpu_seconds;
      return std::move(*result);
    }
  }
  throw Error(ExitStatus::internal,
              fmt::format("its process was killed {} times: memory may have run out; use fewer "
                          "lanes (--lanes)",
                          most_kills));
}

}  // namespace mpienc::encode
