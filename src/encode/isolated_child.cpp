#include <csignal>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include <sys/prctl.h>
#include <unistd.h>

#include "isolated_files.hpp"
#include "mpienc/av/instruction_set.hpp"
#include "mpienc/av/log_capture.hpp"
#include "mpienc/core/checksum.hpp"
#include "mpienc/encode/chunk.hpp"
#include "mpienc/encode/isolated_chunk.hpp"

namespace mpienc::encode {

namespace {

struct Work {
  Task task;
  Settings settings;
};

std::uint32_t checksum(std::span<const std::byte> bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.value();
}

/// Dies with its parent, whose lane waits for it; also where that went before this could be asked for.
void follow(std::int64_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) std::raise(SIGKILL);
}

Work read_work() {
  const OwnedFile file(isolated_input);
  const auto mapped = std::make_shared<const MappedFile>(file.get(), size_of_file(file.get()), false);
  const auto bytes = mapped->bytes();
  IsolatedInput head;
  if (bytes.size() < sizeof head) throw Error(ExitStatus::internal, "no task");
  std::memcpy(&head, bytes.data(), sizeof head);
  const auto rest = bytes.subspan(sizeof head);
  if (head.magic != IsolatedInput::right_magic || rest.size() != head.task_size + head.settings_size ||
      head.crc != checksum(rest)) {
    throw Error(ExitStatus::internal, "a task that is not whole");
  }
  follow(head.parent);
  return {parse_task(rest.first(head.task_size), mapped), parse_settings(rest.subspan(head.task_size))};
}

void leave(IsolatedOutput& output, ExitStatus status, std::span<const std::byte> bytes) {
  write_at(isolated_output, IsolatedOutput::page, bytes);
  output.status = static_cast<std::int32_t>(status);
  output.size = bytes.size();
  output.crc = checksum(bytes);
  output.complete.store(1, std::memory_order_release);
}

void leave(IsolatedOutput& output, ExitStatus status, const std::string& line) {
  leave(output, status, std::as_bytes(std::span(line)));
}

void work(IsolatedOutput& output) {
  try {
    const auto [task, settings] = read_work();
    av::route_messages(false);
    if (const auto* video = std::get_if<VideoSettings>(&settings)) {
      static_cast<void>(av::fix_instruction_set(video->options.simd));
    }
    const auto result = encode_chunk(task, settings, {}, output.frames);
    leave(output, ExitStatus::success, result.serialise());
  } catch (const Error& error) {
    leave(output, error.status(), std::string(error.what()));
  } catch (const std::bad_alloc&) {
    leave(output, ExitStatus::internal, std::string("out of memory; use fewer lanes (--lanes)"));
  } catch (const std::exception& error) {
    leave(output, ExitStatus::internal, std::string(error.what()));
  }
}

}  // namespace

bool is_isolated_child(int argc, const char* const* argv) {
  return argc == 2 && std::string_view(argv[1]) == isolated_word;
}

int run_isolated_child() noexcept {
  try {
    const MappedFile mapped(isolated_output, IsolatedOutput::page, true);
    work(*reinterpret_cast<IsolatedOutput*>(mapped.bytes().data()));
    return static_cast<int>(ExitStatus::success);
  } catch (const std::exception&) {
    return static_cast<int>(ExitStatus::internal);
  }
}

}  // namespace mpienc::encode
