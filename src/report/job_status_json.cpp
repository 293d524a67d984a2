#include "mpienc/report/job_status_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mpienc/core/error.hpp"
#include "mpienc/report/json_text.hpp"

namespace mpienc::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* version_name = "mpienc_status";
constexpr double most = 1e15;
constexpr int most_depth = 8;

[[noreturn]] void refuse(const std::string& why) { throw Error(ExitStatus::input, why); }

Json texts(const std::vector<std::string>& words) {
  Json array = Json::array();
  for (const auto& word : words) array.push_back(utf8_of(word));
  return array;
}

template <class T>
Json optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const RankStatus& rank) {
  return {{"rank", rank.rank},       {"host", utf8_of(rank.host)},
          {"lanes", rank.lanes},     {"state", name_of(rank.state)},
          {"running", rank.running}, {"held", rank.held},
          {"speed", rank.speed},     {"done", rank.done},
          {"steals", rank.steals},   {"losses", rank.losses}};
}

Json document_of(const JobStatus& status) {
  Json ranks = Json::array();
  for (const auto& rank : status.ranks) ranks.push_back(json_of(rank));
  return {{version_name, status_version},
          {"program", utf8_of(status.program)},
          {"updated", status.updated},
          {"state", name_of(status.state)},
          {"job",
           {{"kind", name_of(status.kind)},
            {"inputs", texts(status.inputs)},
            {"output", utf8_of(status.output)},
            {"command", texts(status.command)},
            {"pid", status.pid},
            {"host", utf8_of(status.host)},
            {"started", status.started},
            {"attempt", status.attempt}}},
          {"progress",
           {{"elapsed", status.elapsed},
            {"fraction", optional(status.fraction)},
            {"eta", optional(status.eta)},
            {"media_done", status.media_done},
            {"media_total", optional(status.media_total)},
            {"frames", status.frames},
            {"speed", status.speed},
            {"speed_unit", status.in_frames ? "fps" : "x"}}},
          {"chunks",
           {{"planned", status.planned},
            {"released", status.released},
            {"total", optional(status.total)},
            {"journal", status.journal}}},
          {"totals",
           {{"steals", status.steals},
            {"copies", status.copies},
            {"lost_ranks", status.lost_ranks},
            {"restarts", std::max(status.attempt, 1) - 1},
            {"bytes_sent", status.bytes_sent},
            {"warnings", status.warnings}}},
          {"ranks", std::move(ranks)}};
}

const Json& member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) refuse(fmt::format("it lacks '{}'", name));
  return *found;
}

const Json& part(const Json& object, const char* name) {
  const auto& found = member(object, name);
  if (!found.is_object()) refuse(fmt::format("'{}' is no object", name));
  return found;
}

std::string text(const Json& object, const char* name) {
  const auto& found = member(object, name);
  if (!found.is_string()) refuse(fmt::format("'{}' is no text", name));
  return bytes_of(found.get_ref<const std::string&>());
}

double number(const Json& object, const char* name) {
  const auto& found = member(object, name);
  const double value = found.is_number() ? found.get<double>() : std::nan("");
  if (!(std::abs(value) <= most)) refuse(fmt::format("'{}' is no number that could be", name));
  return value;
}

template <class T>
T whole(const Json& found, const char* name) {
  const bool fits =
      found.is_number_unsigned()
          ? found.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<T>::max())
          : found.is_number_integer() && found.get<std::int64_t>() >= std::numeric_limits<T>::min();
  if (!fits) refuse(fmt::format("'{}' is no whole number that could be", name));
  return found.get<T>();
}

int count(const Json& object, const char* name) { return whole<int>(member(object, name), name); }

std::optional<double> perhaps_number(const Json& object, const char* name) {
  return member(object, name).is_null() ? std::nullopt : std::optional(number(object, name));
}

const Json& list(const Json& object, const char* name) {
  const auto& found = member(object, name);
  if (!found.is_array()) refuse(fmt::format("'{}' is no list", name));
  return found;
}

std::vector<std::string> text_list(const Json& object, const char* name) {
  std::vector<std::string> words;
  for (const auto& word : list(object, name)) {
    if (!word.is_string()) refuse(fmt::format("'{}' holds what is no text", name));
    words.push_back(bytes_of(word.get_ref<const std::string&>()));
  }
  return words;
}

std::vector<int> number_list(const Json& object, const char* name) {
  std::vector<int> numbers;
  for (const auto& element : list(object, name)) numbers.push_back(whole<int>(element, name));
  return numbers;
}

template <class Enum, std::size_t n>
Enum choice(const Json& object, const char* name, const std::array<Enum, n>& choices) {
  const auto word = text(object, name);
  for (const Enum one : choices) {
    if (word == name_of(one)) return one;
  }
  refuse(fmt::format("'{}' is of no known kind", name));
}

RankStatus rank_of(const Json& object) {
  if (!object.is_object()) refuse("'ranks' holds what is no object");
  RankStatus rank;
  rank.rank = count(object, "rank");
  rank.host = text(object, "host");
  rank.lanes = count(object, "lanes");
  rank.state = choice(object, "state",
                      std::array{RankState::joined, RankState::idle, RankState::working, RankState::draining,
                                 RankState::left, RankState::lost});
  rank.running = number_list(object, "running");
  rank.held = number_list(object, "held");
  rank.speed = number(object, "speed");
  rank.done = count(object, "done");
  rank.steals = count(object, "steals");
  rank.losses = count(object, "losses");
  return rank;
}

void take_job(const Json& job, JobStatus& status) {
  status.kind = choice(job, "kind", std::array{JobKind::film, JobKind::recording, JobKind::batch});
  status.inputs = text_list(job, "inputs");
  status.output = text(job, "output");
  status.command = text_list(job, "command");
  status.pid = whole<std::int64_t>(member(job, "pid"), "pid");
  status.host = text(job, "host");
  status.started = number(job, "started");
  status.attempt = count(job, "attempt");
}

void take_progress(const Json& progress, JobStatus& status) {
  status.elapsed = number(progress, "elapsed");
  status.fraction = perhaps_number(progress, "fraction");
  status.eta = perhaps_number(progress, "eta");
  status.media_done = number(progress, "media_done");
  status.media_total = perhaps_number(progress, "media_total");
  status.frames = whole<std::int64_t>(member(progress, "frames"), "frames");
  status.speed = number(progress, "speed");
  status.in_frames = text(progress, "speed_unit") == "fps";
}

/// What lies deeper than a status document does is left out: nlohmann's values end recursively.
Json json_in(std::string_view text) {
  return Json::parse(
      text, [](int depth, Json::parse_event_t, const Json&) { return depth <= most_depth; }, false);
}

Json parsed(std::string_view text) {
  auto document = json_in(text);
  if (document.is_discarded()) refuse("it is no JSON, or only half of it");
  if (!document.is_object() || !document.contains(version_name)) refuse("it is no status file of mpienc");
  return document;
}

}  // namespace

std::string status_text(const JobStatus& status) { return document_of(status).dump() + "\n"; }

JobStatus parse_status(std::string_view bytes) {
  const auto document = parsed(bytes);
  if (const int version = count(document, version_name); version != status_version) {
    refuse(fmt::format("it has version {}, and this mpienc reads {}", version, status_version));
  }
  JobStatus status;
  status.program = text(document, "program");
  status.updated = number(document, "updated");
  status.state =
      choice(document, "state", std::array{JobState::starting, JobState::running, JobState::finishing});
  take_job(part(document, "job"), status);
  take_progress(part(document, "progress"), status);
  const auto& chunks = part(document, "chunks");
  status.planned = count(chunks, "planned");
  status.released = count(chunks, "released");
  if (!member(chunks, "total").is_null()) status.total = count(chunks, "total");
  status.journal = count(chunks, "journal");
  const auto& totals = part(document, "totals");
  status.steals = count(totals, "steals");
  status.copies = count(totals, "copies");
  status.lost_ranks = count(totals, "lost_ranks");
  status.bytes_sent = whole<std::int64_t>(member(totals, "bytes_sent"), "bytes_sent");
  status.warnings = count(totals, "warnings");
  for (const auto& rank : list(document, "ranks")) status.ranks.push_back(rank_of(rank));
  return status;
}

std::string status_array(const std::vector<JobStatus>& jobs, const std::vector<double>& stale_seconds) {
  Json array = Json::array();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    array.push_back(document_of(jobs[i]));
    array.back()["stale_seconds"] = stale_seconds.at(i);
  }
  return array.dump(2) + "\n";
}

bool is_status_text(std::string_view text) {
  if (text.empty()) return true;
  const auto document = json_in(text);
  return document.is_object() && document.contains(version_name);
}

}  // namespace mpienc::report
