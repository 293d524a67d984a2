#pragma once

#include <atomic>
#include <exception>
#include <optional>
#include <thread>

#include "mpienc/app/conversion.hpp"
#include "mpienc/app/digest_relay.hpp"
#include "mpienc/app/pcm_reader.hpp"
#include "mpienc/app/recording_settings.hpp"
#include "mpienc/app/recording_sink.hpp"

namespace mpienc::app {

/// The first audio of one file, into a FLAC or MP3 file in chunks.
class Recording final : public Conversion {
 public:
  /// As make_conversion().
  Recording(const Options& options, Logger& logger, std::function<void()> wake);
  ~Recording() override;

  [[nodiscard]] bool opened() override;
  void stop_reading() override {}
  [[nodiscard]] std::optional<TreeSample> sample_for_newcomer() override;
  [[nodiscard]] std::optional<encode::Settings> plan(const Team& team) override;
  [[nodiscard]] std::int64_t bytes_per_lane() const override;
  [[nodiscard]] std::int64_t pixels() const override;
  [[nodiscard]] std::int32_t sample_rate() const override { return source_->description().format.rate; }
  [[nodiscard]] ChunkSink& open_output(Note note) override;
  [[nodiscard]] DigestRelay* start_digest(net::Transport& transport) override;
  [[nodiscard]] ChunkReader& start_reading() override;
  void describe(report::Summary& summary) const override;
  [[nodiscard]] double audio_cpu() const override { return 0; }

 private:
  void open();
  [[nodiscard]] FlacHead make_head() const;
  [[nodiscard]] std::unique_ptr<RecordingFile> make_file();
  [[nodiscard]] std::unique_ptr<PcmCutter> make_cutter();
  [[nodiscard]] std::unique_ptr<PcmCutter> make_range_cutter() const;
  [[nodiscard]] const input::PcmDescription& source() const { return source_->description(); }

  const Options& options_;
  Logger& logger_;
  std::function<void()> wake_;
  RecordingKind kind_;
  std::unique_ptr<input::PcmSource> source_;
  FlacHead head_;     ///< of a FLAC file
  Mp3Stream stream_;  ///< of an MP3 file
  std::size_t told_ = 0;
  encode::FlacSettings flac_;
  std::optional<FileRange> shared_;  ///< all samples, where the ranks read them themselves
  std::optional<Md5Thread> md5_;
  std::optional<DigestRelay> relay_;
  std::optional<RecordingSink> sink_;
  std::optional<PcmReader> reader_;
  std::exception_ptr failure_;
  std::atomic<bool> opened_ = false;
  std::jthread opening_;
};

}  // namespace mpienc::app
