#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/chunk_sink.hpp"
#include "mpienc/app/digest_relay.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/output_journals.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/app/tree_check.hpp"
#include "mpienc/core/file_identity.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/encode/settings.hpp"
#include "mpienc/report/progress.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::app {

/// All of a job that depends on what it makes: a film or a recording. Its functions are called in this order.
class Conversion {
 public:
  using Note = std::function<void(const FileIdentity&)>;  ///< told what is about to get the output's name

  Conversion() = default;
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  virtual ~Conversion() = default;

  /// Whether the input is open; it is opened on a thread of its own. Throws what that threw.
  [[nodiscard]] virtual bool opened() = 0;
  /// At any time: reading waits for no pipe any more.
  virtual void stop_reading() = 0;

  /// Once the team is there, before plan(): asks the ranks what it has to know of them.
  virtual void meet(net::Transport&, net::Wakeup&, const StopSignal&, const Team&) {}
  /// What a rank must see that joins later; nothing where tasks carry all that it needs. After plan().
  [[nodiscard]] virtual std::optional<TreeSample> sample_for_newcomer() { return std::nullopt; }
  /// Nothing where no chunks are encoded.
  [[nodiscard]] virtual std::optional<encode::Settings> plan(const Team& team) = 0;
  [[nodiscard]] virtual std::int64_t bytes_per_lane() const = 0;  ///< memory
  [[nodiscard]] virtual std::int64_t pixels() const = 0;          ///< of a source frame; 0 without video
  /// Samples a second of a recording, whose units are samples; 0: they are frames.
  [[nodiscard]] virtual std::int32_t sample_rate() const = 0;

  /// Changes how far the plan may run ahead, where it is not as usual.
  virtual void limit(sched::Limits&) const {}
  /// Makes the temporary file.
  [[nodiscard]] virtual ChunkSink& open_output(Note note) = 0;
  /// Takes the digest of all samples where the ranks read them; null elsewhere.
  [[nodiscard]] virtual DigestRelay* start_digest(net::Transport& /*transport*/) { return nullptr; }
  [[nodiscard]] virtual ChunkReader& start_reading() = 0;
  /// Where each output has a journal of its own; null elsewhere.
  [[nodiscard]] virtual OutputJournals* journals() { return nullptr; }

  /// A chunk, of audio or of video, in words for messages.
  [[nodiscard]] virtual std::string place(const Chunk& chunk, bool audio) const;
  /// At the end: what the summary tells beyond the chunks.
  virtual void describe(report::Summary& summary) const = 0;
  [[nodiscard]] virtual double audio_cpu() const = 0;  ///< seconds of the busiest track beside the chunks
  /// What the user is told at the end.
  [[nodiscard]] virtual std::string closing_text(const report::Summary& summary) const;
  /// Why a job that ran to its end is none that succeeded, after commit.
  [[nodiscard]] virtual std::optional<Error> verdict() const { return std::nullopt; }
};

/// `options`, `logger` outlive it; `wake` is called, from any thread, where there is something new.
[[nodiscard]] std::unique_ptr<Conversion> make_conversion(const Options& options, Logger& logger,
                                                          std::function<void()> wake);

}  // namespace mpienc::app
