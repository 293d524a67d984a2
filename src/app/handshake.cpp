#include "mpienc/app/handshake.hpp"

#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/net/host.hpp"

namespace mpienc::app {

namespace {

using nlohmann::json;

Bytes to_bytes(const std::string& text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

json parse_json(std::span<const std::byte> bytes) {
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  auto value = json::parse(text, nullptr, false);
  if (value.is_discarded()) {
    throw Error(ExitStatus::cluster,
                "a rank sent what this mpienc does not understand; run one version on all hosts");
  }
  return value;
}

/// The first line that differs, as "A (rank 0 has B)".
std::string first_difference(const std::string& theirs, const std::string& ours) {
  std::istringstream their_lines(theirs), our_lines(ours);
  std::string their_line, our_line;
  while (std::getline(our_lines, our_line)) {
    if (!std::getline(their_lines, their_line)) their_line = "nothing";
    if (their_line != our_line) break;
  }
  if (their_line == our_line && !std::getline(their_lines, their_line)) their_line = "other libraries";
  return fmt::format("{} where rank 0 has {}", their_line, our_line);
}

}  // namespace

Bytes Hello::serialise() const {
  json value = {{"host", host},
                {"versions", versions},
                {"has_instruction_set", has_instruction_set},
                {"has_fma", has_fma},
                {"allowed", processors.allowed},
                {"online", processors.online},
                {"memory_available", processors.memory_available},
                {"local_ranks", local_ranks}};
  if (lanes) value["lanes"] = *lanes;
  if (processors.cpu_quota) value["cpu_quota"] = *processors.cpu_quota;
  return to_bytes(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

Hello Hello::parse(std::span<const std::byte> bytes) {
  const auto value = parse_json(bytes);
  Hello hello;
  hello.host = value.at("host");
  hello.versions = value.at("versions");
  hello.has_instruction_set = value.at("has_instruction_set");
  hello.has_fma = value.at("has_fma");
  hello.processors.allowed = value.at("allowed").get<std::vector<int>>();
  hello.processors.online = value.at("online");
  hello.processors.memory_available = value.at("memory_available");
  hello.local_ranks = value.at("local_ranks");
  if (value.contains("lanes")) hello.lanes = value.at("lanes").get<int>();
  if (value.contains("cpu_quota")) hello.processors.cpu_quota = value.at("cpu_quota").get<double>();
  return hello;
}

Hello introduce(bool has_instruction_set) {
  return {net::host_name(),
          version_text(),
          has_instruction_set,
          encode::processor_has_fma(),
          read_processors(),
          std::nullopt,
          1};
}

Bytes Setup::serialise() const {
  ByteWriter writer;
  writer.put(lanes);
  const auto bytes = encode::serialise(settings);
  writer.put_blob(bytes.data(), bytes.size());
  writer.put(static_cast<std::int64_t>(lease.count()));
  return writer.take();
}

Setup Setup::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const auto lanes = reader.get<int>();
  auto settings = encode::parse_settings(reader.get_blob());
  return {lanes, std::move(settings), std::chrono::milliseconds(reader.get<std::int64_t>())};
}

Bytes Failure::serialise() const {
  ByteWriter writer;
  writer.put(status);
  writer.put_string(line);
  return writer.take();
}

Failure Failure::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const auto status = reader.get<ExitStatus>();
  return {status, reader.get_string()};
}

Bytes LostRank::serialise() const {
  ByteWriter writer;
  writer.put(rank);
  return writer.take();
}

LostRank LostRank::parse(std::span<const std::byte> bytes) { return {ByteReader(bytes).get<std::int32_t>()}; }

void require_alike(int rank, const Hello& hello, const Hello& own, const std::string& simd) {
  if (!hello.has_instruction_set) {
    throw Error(
        ExitStatus::cluster,
        fmt::format("rank {} on {}: its processor lacks {}; leave the host out, or use --simd sse2 for all",
                    rank, hello.host, simd));
  }
  if (hello.versions != own.versions) {
    throw Error(
        ExitStatus::cluster,
        fmt::format("rank {} on {} would encode differently: {}; install the same versions on all hosts",
                    rank, hello.host, first_difference(hello.versions, own.versions)));
  }
}

}  // namespace mpienc::app
