#pragma once

#include <optional>
#include <vector>

#include "mpienc/app/conversion.hpp"
#include "mpienc/app/film_sink.hpp"
#include "mpienc/app/program_opening.hpp"
#include "mpienc/app/reader_thread.hpp"
#include "mpienc/output/track_writer.hpp"

struct AVOutputFormat;

namespace mpienc::app {

/// A programme of any files into a container: its video and its MP3 tracks in chunks, other audio tracks
/// whole.
class Film final : public Conversion {
 public:
  /// As make_conversion().
  Film(const Options& options, Logger& logger, std::function<void()> wake);
  ~Film() override;

  [[nodiscard]] bool opened() override { return opening_.done(); }
  void stop_reading() override { opening_.stop(); }
  [[nodiscard]] std::optional<encode::Settings> plan(const Team& team) override;
  [[nodiscard]] std::int64_t bytes_per_lane() const override;
  [[nodiscard]] std::int64_t pixels() const override;
  [[nodiscard]] std::int32_t sample_rate() const override;
  [[nodiscard]] ChunkSink& open_output(Note note) override;
  [[nodiscard]] ChunkReader& start_reading() override;
  void describe(report::Summary& summary) const override;
  [[nodiscard]] double audio_cpu() const override;

 private:
  void open_audio();
  [[nodiscard]] const Mp3Stream* first_mp3() const;
  [[nodiscard]] output::FileSpec file_spec() const;

  const Options& options_;
  Logger& logger_;
  std::function<void()> wake_;
  const AVOutputFormat& container_;
  ProgramOpening opening_;
  VideoPath video_;
  PlanOrder order_;
  std::optional<OutputThread> output_;
  std::vector<std::unique_ptr<AudioThread>> audio_;
  std::optional<output::VideoJoiner> joiner_;
  std::optional<FilmSink> sink_;
  std::optional<VideoCopy> copy_;
  std::optional<ReaderThread> reader_;
};

}  // namespace mpienc::app
