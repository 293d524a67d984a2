#include "mpienc/app/job_identity.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mpienc/app/job_record.hpp"
#include "mpienc/core/checksum.hpp"
#include "mpienc/input/pcm_fingerprint.hpp"

namespace mpienc::app {

namespace {

constexpr std::uintmax_t samples = 16;
constexpr std::size_t sample_bytes = std::size_t{64} << 10;

/// A file whose bytes cannot be asked for twice, such as a pipe, is known by its name alone; each chunk's own
/// checksum tells in the end.
std::string describe_input(const std::filesystem::path& path) {
  std::error_code error;
  const auto size =
      std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
  if (size == 0 || error) return path.filename().string();
  std::ifstream file(path, std::ios::binary);
  std::vector<char> buffer(sample_bytes);
  Checksum sum;
  for (std::uintmax_t i = 0; i < samples; ++i) {
    const auto last = size > sample_bytes ? size - sample_bytes : 0;
    file.clear();
    file.seekg(static_cast<std::streamoff>(last / (samples - 1) * i));
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    sum.add(std::as_bytes(std::span(buffer.data(), static_cast<std::size_t>(file.gcount()))));
  }
  return fmt::format("{} bytes, samples' CRC-32 {:08x}", size, sum.value());
}

std::uint32_t checksum_of(const encode::VideoTask& task) {
  Checksum sum;
  for (const std::int64_t number : {task.chunk.first_packet, task.chunk.end_packet, task.own_leading,
                                    std::int64_t{task.first}, std::int64_t{task.last}}) {
    sum.add(number);
  }
  for (const auto& packet : task.packets) {
    sum.add(std::as_bytes(std::span(packet->data, static_cast<std::size_t>(packet->size))));
  }
  for (const auto& time : task.times) sum.add(time.pts.value_or(-1));
  return sum.value();
}

/// Samples that are a range are known by what their file is known by, wherever it lies.
void add(Checksum& sum, const encode::Pcm& pcm) {
  if (const auto* bytes = std::get_if<SharedBytes>(&pcm)) return sum.add(bytes->view());
  const auto& range = std::get<FileRange>(pcm);
  for (const std::int64_t number : {range.file.size, range.file.modified,
                                    std::int64_t{range.file.samples_crc32}, range.offset, range.bytes}) {
    sum.add(number);
  }
}

/// All but its samples.
Checksum form_of(const encode::FlacTask& task) {
  Checksum sum;
  const auto recording = task.recording.serialise();
  sum.add(std::span(recording));
  sum.add(task.chunk.first_sample);
  return sum;
}

Checksum form_of(const encode::Mp3PcmTask& task) {
  Checksum sum;
  const auto recording = task.recording.serialise();
  const auto place = task.task.serialise();
  sum.add(std::span(recording));
  sum.add(std::span(place));
  sum.add(task.own_samples);
  sum.add(std::int64_t{task.beside});
  return sum;
}

template <class PcmTask>
std::uint32_t checksum_of(const PcmTask& task) {
  auto sum = form_of(task);
  add(sum, task.pcm);
  return sum.value();
}

/// Whole files are in no journal: their outputs themselves tell that they are done.
std::uint32_t checksum_of(const FileTask&) { return 0; }

}  // namespace

store::JournalIdentity job_identity(const Options& options) {
  store::JournalIdentity identity;
  for (std::size_t i = 0; i < options.inputs.size(); ++i) {
    identity.emplace_back(fmt::format("input {}", i + 1), describe_input(options.inputs[i]));
  }
  identity.emplace_back("container", options.output.extension().string());
  identity.emplace_back("--map", fmt::format("{}", fmt::join(options.maps, " --map ")));
  for (auto& [name, value] : encoding_options(options)) identity.emplace_back("--" + name, std::move(value));
  if (options.shared_fs) identity.emplace_back("--shared-fs", "yes");
  for (auto& named : library_versions(version_text())) identity.push_back(std::move(named));
  return identity;
}

std::uint32_t task_checksum(const encode::Task& task, std::span<const std::byte> settings) {
  Checksum sum;
  sum.add(settings);
  sum.add(std::int64_t{std::visit([](const auto& it) { return checksum_of(it); }, task)});
  return sum.value();
}

store::JournalIdentity output_identity(const LongOutput& output) {
  const auto file = input::fingerprint(output.input);
  store::JournalIdentity identity{{"input", fmt::format("{} bytes, modified {} ns, samples' CRC-32 {:08x}",
                                                        file.size, file.modified, file.samples_crc32)},
                                  {"format", output.row.format},
                                  {"options", output.options},
                                  {"fma", output.row.format != "flac" ? ""
                                          : output.format.flac.fma    ? "yes"
                                                                      : "no"}};
  for (auto& named : library_versions(version_text())) identity.push_back(std::move(named));
  return identity;
}

std::uint32_t task_checksum(const encode::Task& task, std::uint32_t own_samples) {
  const auto* flac = std::get_if<encode::FlacTask>(&task);
  auto sum = flac != nullptr ? form_of(*flac) : form_of(std::get<encode::Mp3PcmTask>(task));
  sum.add(std::int64_t{own_samples});
  return sum.value();
}

std::filesystem::path journal_folder(const Options& options) {
  if (options.batch && options.journal_folder.empty()) return options.output / ".mpienc-journal";
  auto name = options.output.filename();
  // A folder may be called ".." or end with a slash.
  if (options.batch)
    name = (std::filesystem::absolute(options.output) / "").lexically_normal().parent_path().filename();
  name += ".journal";
  return (options.journal_folder.empty() ? options.output.parent_path() : options.journal_folder) / name;
}

}  // namespace mpienc::app
