#include <algorithm>
#include <charconv>

#include "mpienc/app/launch.hpp"

namespace mpienc::app {
namespace {

using Words = std::vector<std::string>;

void append(Words& words, std::initializer_list<const char*> more) {
  words.insert(words.end(), more.begin(), more.end());
}

void append_open_mpi_4(Words& words, const LaunchOptions& options) {
  append(words, {"--enable-recovery", "--bind-to", "none"});
  if (options.hostfile.empty()) {
    append(words, {"--oversubscribe"});
  } else {
    append(words, {"--map-by", "node"});
  }
  for (const auto& [name, value] : {std::pair{"oob_tcp_keepalive_time", "2"},
                                    {"oob_tcp_keepalive_intvl", "1"},
                                    {"oob_tcp_keepalive_probes", "3"}}) {
    append(words, {"--mca", name, value});
  }
}

void append_open_mpi_5(Words& words, const LaunchOptions& options) {
  append(words, {"--with-ft", "ulfm", "--bind-to", "none", "--map-by"});
  append(words, {options.hostfile.empty() ? "slot:OVERSUBSCRIBE" : "node"});
}

}  // namespace

MpiKind mpi_kind(std::string_view version_text) {
  std::size_t at = std::string_view::npos;
  for (const std::string_view name : {"(Open MPI) ", "(OpenRTE) "}) {  // mpirun's word and mpiexec's
    if (const auto found = version_text.find(name); found != std::string_view::npos) at = found + name.size();
  }
  if (at == std::string_view::npos) return MpiKind::other;
  const std::string_view number = version_text.substr(at);
  int major = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), major).ec != std::errc()) {
    return MpiKind::other;
  }
  return major >= 5 ? MpiKind::open_mpi_5 : MpiKind::open_mpi_4;
}

std::vector<std::string> mpirun_command(const LaunchOptions& options, MpiKind kind,
                                        const AttemptPlan& attempt) {
  Words words{options.mpirun, "-n", std::to_string(options.ranks)};
  if (!options.hostfile.empty()) {
    words.insert(words.end(), {kind == MpiKind::other ? "-f" : "--hostfile", options.hostfile.string()});
  }
  if (kind == MpiKind::open_mpi_4) append_open_mpi_4(words, options);
  if (kind == MpiKind::open_mpi_5) append_open_mpi_5(words, options);
  if (kind == MpiKind::open_mpi_4 && attempt.quiet) append(words, {"-q"});
  if (!attempt.name_server.empty()) {
    words.insert(words.end(), {"--ompi-server", "file:" + attempt.name_server.string()});
  }
  if (kind != MpiKind::other) {
    for (const std::string& name : attempt.environment) words.insert(words.end(), {"-x", name});
  }
  words.insert(words.end(), options.mpirun_arguments.begin(), options.mpirun_arguments.end());
  words.push_back(attempt.program);
  const auto files = std::ranges::find(options.job, "--");
  for (auto word = options.job.begin(); word != options.job.end(); ++word) {
    if (!(attempt.again && word < files && *word == "--restart")) words.push_back(*word);
  }
  return words;
}

}  // namespace mpienc::app
