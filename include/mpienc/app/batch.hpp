#pragma once

#include <atomic>
#include <exception>
#include <optional>
#include <thread>

#include "mpienc/app/batch_list.hpp"
#include "mpienc/app/batch_reader.hpp"
#include "mpienc/app/batch_sink.hpp"
#include "mpienc/app/conversion.hpp"
#include "mpienc/app/output_journals.hpp"

namespace mpienc::app {

/// A music collection, file by file, into a folder.
class Batch final : public Conversion {
 public:
  /// As make_conversion(), with Options::batch.
  Batch(const Options& options, Logger& logger, std::function<void()> wake);
  ~Batch() override;

  [[nodiscard]] bool opened() override;
  void stop_reading() override {}
  void meet(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
            const Team& team) override;
  [[nodiscard]] std::optional<TreeSample> sample_for_newcomer() override;
  [[nodiscard]] std::optional<encode::Settings> plan(const Team& team) override;
  [[nodiscard]] std::int64_t bytes_per_lane() const override;
  [[nodiscard]] std::int64_t pixels() const override { return 1; }
  [[nodiscard]] std::int32_t sample_rate() const override { return 44'100; }  ///< as most are
  [[nodiscard]] std::string place(const Chunk& chunk, bool audio) const override;
  void limit(sched::Limits& limits) const override;
  [[nodiscard]] ChunkSink& open_output(Note note) override;
  [[nodiscard]] ChunkReader& start_reading() override;
  [[nodiscard]] OutputJournals* journals() override { return journals_ ? &*journals_ : nullptr; }
  void describe(report::Summary&) const override {}
  [[nodiscard]] double audio_cpu() const override { return 0; }
  [[nodiscard]] std::string closing_text(const report::Summary& summary) const override;
  [[nodiscard]] std::optional<Error> verdict() const override;

 private:
  void list();

  const Options& options_;
  Logger& logger_;
  std::function<void()> wake_;
  std::filesystem::path output_;  ///< absolute
  BatchList list_;
  bool carry_ = false, shared_ = false, fma_ = true;
  std::shared_ptr<void> token_;  ///< stays while ranks may join
  std::optional<OutputJournals> journals_;
  std::optional<BatchSink> sink_;
  std::optional<BatchReader> reader_;
  std::exception_ptr failure_;
  std::atomic<bool> opened_ = false;
  std::jthread listing_;
};

}  // namespace mpienc::app
