#include "run_record_layout.hpp"

namespace mpienc::store {

namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

/// Calls `with` on each attribute of the group job but the command line, so that both ways agree.
template <class Info, class With>
void each_of_job(Info& info, With with) {
  with("schedule", info.schedule);
  with("credits", info.credits);
  with("window", info.window);
  with("unfinished", info.unfinished);
  with("ahead_bytes", info.ahead_bytes);
  with("pixels", info.pixels);
}

template <class Totals, class With>
void each_of_totals(Totals& totals, With with) {
  with("encoding_seconds", totals.encoding_seconds);
  with("wall_seconds", totals.wall_seconds);
  with("rank_zero_cpu_seconds", totals.rank_zero_cpu);
  with("audio_cpu_seconds", totals.audio_cpu);
  with("bytes_in", totals.bytes_in);
  with("bytes_out", totals.bytes_out);
  with("frames", totals.frames);
  with("bytes_sent", totals.bytes_sent);
}

h5::Group open_group(const h5::File& file, const std::string& name) {
  const auto& place = file.place();
  if (!file.has(name)) throw Error(place.status, place.path.string() + " has no group " + name);
  return file.open_group(name);
}

void write_texts(const h5::File& file, const std::string& name, const Texts& texts) {
  const auto group = file.create_group(name);
  const h5::Attributes attributes(group.get(), file.place());
  for (const auto& [key, text] : texts) attributes.set(key, text);
}

Texts read_texts(const h5::File& file, const std::string& name) {
  const auto group = open_group(file, name);
  const h5::Attributes attributes(group.get(), file.place());
  Texts texts;
  for (auto& key : attributes.names()) {
    std::string text;
    attributes.get(key, text);
    texts.emplace_back(std::move(key), std::move(text));
  }
  return texts;
}

}  // namespace

void write_job(const h5::File& file, const JobInfo& info) {
  const auto group = file.create_group("job");
  const h5::Attributes attributes(group.get(), file.place());
  attributes.set("command_line", info.command_line);
  each_of_job(info, [&](const char* name, const auto& value) { attributes.set(name, value); });
  write_texts(file, "job/options", info.options);
  write_texts(file, "job/versions", info.versions);
}

JobInfo read_job(const h5::File& file) {
  const auto group = open_group(file, "job");
  const h5::Attributes attributes(group.get(), file.place());
  JobInfo info;
  attributes.get("command_line", info.command_line);
  each_of_job(info, [&](const char* name, auto& value) { attributes.get(name, value); });
  info.options = read_texts(file, "job/options");
  info.versions = read_texts(file, "job/versions");
  return info;
}

void write_totals(const h5::File& file, const JobTotals& totals) {
  const auto group = file.create_group("totals");
  const h5::Attributes attributes(group.get(), file.place());
  each_of_totals(totals, [&](const char* name, const auto& value) { attributes.set(name, value); });
}

JobTotals read_totals(const h5::File& file) {
  const auto group = open_group(file, "totals");
  const h5::Attributes attributes(group.get(), file.place());
  JobTotals totals;
  each_of_totals(totals, [&](const char* name, auto& value) { attributes.get(name, value); });
  return totals;
}

}  // namespace mpienc::store
