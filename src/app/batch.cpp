#include "mpienc/app/batch.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "mpienc/app/job_identity.hpp"
#include "mpienc/app/tree_check.hpp"
#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/input/pcm_fingerprint.hpp"
#include "mpienc/net/host.hpp"
#include "mpienc/output/temporary_file.hpp"
#include "mpienc/report/format.hpp"
#include "mpienc/report/progress.hpp"

namespace mpienc::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t sampled_files = 8;
/// Of several encoders and what a file's blocks take.
constexpr std::int64_t lane_bytes = std::int64_t{48} << 20;
/// Of a file on its way, on average, before rank 0 reads no more.
constexpr std::int64_t carried_bytes = std::int64_t{64} << 20;

/// A file in the folder of the outputs for other ranks to look for.
class Token {
 public:
  explicit Token(const fs::path& folder)
      : path_(folder / fmt::format(".mpienc-seen-{}-{}", net::host_name(), ::getpid())) {
    if (!std::ofstream(path_)) throw Error(ExitStatus::output, folder.string() + ": cannot be written");
  }
  ~Token() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  [[nodiscard]] std::string name() const { return path_.filename().string(); }

 private:
  fs::path path_;
};

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    throw Error(ExitStatus::output, fmt::format("{}: is no folder and cannot become one: {}", folder.string(),
                                                error ? error.message() : "another file has the name"));
  }
}

void require_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  throw Error(ExitStatus::output, folder.string() + ": no folder; make it or give --journal another one");
}

TreeSample sample_of(const BatchList& list, const fs::path& output, const Token& token) {
  TreeSample sample;
  const auto step = std::max<std::size_t>(1, list.files.size() / sampled_files);
  for (std::size_t i = 0; i < list.files.size(); i += step) {
    const auto& path = list.files[i].source.path;
    try {
      sample.files.push_back({fs::absolute(path).string(), input::fingerprint(path)});
    } catch (const Error&) {
      // Its lane will say what is wrong with it.
    }
  }
  sample.folder = output.string();
  sample.token = token.name();
  return sample;
}

}  // namespace

Batch::Batch(const Options& options, Logger& logger, std::function<void()> wake)
    : options_(options),
      logger_(logger),
      wake_(std::move(wake)),
      output_(fs::absolute(options.output).lexically_normal()) {
  listing_ = std::jthread([this] {
    try {
      list();
    } catch (...) {
      failure_ = std::current_exception();
    }
    opened_ = true;
    wake_();
  });
}

Batch::~Batch() = default;

void Batch::list() {
  if (!options_.journal_folder.empty()) require_folder(options_.journal_folder);
  const auto journals = fs::absolute(journal_folder(options_)).lexically_normal();
  list_ = list_batch(options_.inputs, output_, *options_.batch, journals);
  make_folder(output_);
  if (options_.journal) {
    journals_.emplace(journals, options_.restart, logger_);
    journals_->forget(outputs_that_exist(list_, output_));
  }
  output::sweep(paths_to_make(list_, output_));
}

bool Batch::opened() {
  if (!opened_) return false;
  if (failure_) std::rethrow_exception(failure_);
  return true;
}

void Batch::meet(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal, const Team& team) {
  for (const auto& problem : list_.problems)
    logger_.warn("{}: {}", collection::shown(problem.path), problem.text);
  for (const auto& note : list_.notes)
    logger_.info("left out: {}, {}", collection::shown(note.path), note.text);
  if (transport.size() == 1) return;
  const Token token(output_);
  const auto why = ask_ranks(transport, wakeup, signal, team, sample_of(list_, output_, token));
  carry_ = !why.empty();
  shared_ = !carry_;
  if (carry_) logger_.info("files travel by message, as not all ranks see them: {}", why);
}

std::optional<TreeSample> Batch::sample_for_newcomer() {
  if (carry_) return std::nullopt;
  const auto token = std::make_shared<Token>(output_);
  token_ = token;
  return sample_of(list_, output_, *token);
}

std::optional<encode::Settings> Batch::plan(const Team& team) {
  const auto makes_flac = [](const collection::Target& target) { return target.codec == "flac"; };
  if (std::ranges::any_of(options_.batch->targets, makes_flac)) fma_ = all_have_fma(team, logger_);
  return encode::NoVideo{};
}

std::int64_t Batch::bytes_per_lane() const {
  const auto largest = list_.files.empty() ? 0 : list_.files.front().source.size;
  return lane_bytes + (carry_ ? 2 * largest : 0);
}

std::string Batch::place(const Chunk& chunk, bool) const { return sink_->place(chunk.index); }

/// Results go as they come, so one slow file holds up no other.
void Batch::limit(sched::Limits& limits) const {
  limits.window = std::numeric_limits<int>::max();
  if (carry_) limits.most_bytes = limits.unfinished * carried_bytes;
}

ChunkSink& Batch::open_output(Note) { return sink_.emplace(list_, *options_.batch, output_, logger_, wake_); }

ChunkReader& Batch::start_reading() {
  const BatchReader::Setting setting{output_, carry_, fma_, shared_, long_seconds, journals()};
  return reader_.emplace(list_, *options_.batch, setting, *sink_, wake_);
}

std::string Batch::closing_text(const report::Summary& summary) const {
  const auto ranks = summary.ranks.size();
  auto text = collection::report_text(sink_->tally(), list_.files_on_input, summary.wall_seconds);
  if (ranks > 1) {
    text += fmt::format(
        "{} ranks, {}\n", ranks,
        carry_ ? "files sent and outputs received by messages" : "each reading and writing files itself");
  }
  if (summary.restored > 0) {
    text += report::counted(summary.restored, "chunk") + " of an earlier run, from the journal\n";
  }
  return text + fmt::format("log  {}\n", (output_ / collection::result_log_name).string());
}

std::optional<Error> Batch::verdict() const {
  const auto sum = sink_->tally().sum();
  const auto lost = sink_->tally().unanswered().size();
  if (lost > 0) return Error(ExitStatus::internal, fmt::format("{} outputs have no result", lost));
  const auto failed = sum.failed + std::ssize(list_.problems);
  if (failed == 0) return std::nullopt;
  return Error(ExitStatus::input, fmt::format("{} of {} failed; {} says why", failed, sum.issued,
                                              (output_ / collection::result_log_name).string()));
}

}  // namespace mpienc::app
