#include "mpienc/app/tree_check.hpp"

#include <chrono>
#include <filesystem>

#include <unistd.h>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"
#include "mpienc/input/pcm_fingerprint.hpp"
#include "mpienc/net/heartbeat.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;
/// A network file system that hangs for so long is none to work on.
constexpr auto patience = std::chrono::seconds(60);

std::string text_of(const net::Message& message) {
  if (message.payload == nullptr) return "its answer arrived damaged";
  return ByteReader(*message.payload).get_string();
}

}  // namespace

Bytes TreeSample::serialise() const {
  ByteWriter writer;
  writer.put(static_cast<std::uint32_t>(files.size()));
  for (const auto& file : files) {
    writer.put_string(file.path);
    const auto bytes = file.fingerprint.serialise();
    writer.put_blob(bytes.data(), bytes.size());
  }
  writer.put_string(folder);
  writer.put_string(token);
  return writer.take();
}

TreeSample TreeSample::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  TreeSample sample;
  sample.files.resize(reader.get<std::uint32_t>());
  for (auto& file : sample.files) {
    file.path = reader.get_string();
    ByteReader fingerprint(reader.get_blob());
    file.fingerprint = FileFingerprint::parse(fingerprint);
  }
  sample.folder = reader.get_string();
  sample.token = reader.get_string();
  return sample;
}

std::string look_at(const TreeSample& sample) {
  try {
    for (const auto& [path, fingerprint] : sample.files) {
      const auto difference = describe_difference(input::fingerprint(path), fingerprint);
      if (!difference.empty()) return fmt::format("{} {}", path, difference);
    }
  } catch (const Error& error) {
    return error.what();
  }
  if (sample.folder.empty()) return {};
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::path(sample.folder) / sample.token, error)) {
    return fmt::format("{} is another folder there, or none", sample.folder);
  }
  if (::access(sample.folder.c_str(), W_OK) != 0)
    return fmt::format("{} cannot be written there", sample.folder);
  return {};
}

std::string ask_ranks(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
                      const Team& team, const TreeSample& sample) {
  auto missing = net::other_ranks(transport);
  const auto payload = std::make_shared<const Bytes>(sample.serialise());
  for (const int rank : missing) transport.send(rank, {net::Operation::look, -1, 0, payload});
  const auto deadline = Clock::now() + patience;
  std::string why;
  net::Backoff backoff;
  net::Heartbeat heart;
  while (!missing.empty()) {
    if (signal.received()) throw Error(ExitStatus::interrupted, "interrupted; nothing was written");
    if (const auto incoming = transport.receive()) {
      backoff.reset();
      const auto& [from, message] = *incoming;
      if (message.operation == net::Operation::failed && message.payload != nullptr) {
        const auto failure = Failure::parse(*message.payload);
        throw Error(failure.status, failure.line);
      }
      if (message.operation != net::Operation::seen) continue;
      const auto text = text_of(message);
      if (why.empty() && !text.empty()) {
        why = fmt::format("rank {} ({}): {}", from, team.hellos[static_cast<std::size_t>(from)].host, text);
      }
      missing.erase(from);
      continue;
    }
    for (const int rank : missing) {
      if (transport.dead(rank) || Clock::now() > deadline) {
        throw Error(
            ExitStatus::cluster,
            fmt::format("rank {} did not say whether it sees the files; check its host, then start again",
                        rank));
      }
    }
    heart.beat(transport, net::other_ranks(transport), Clock::now());
    wakeup.wait_for(net::next_wait(transport, backoff));
  }
  return why;
}

}  // namespace mpienc::app
