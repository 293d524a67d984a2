#include "mpienc/app/recording.hpp"

#include <utility>

#include <fmt/format.h>

#include "mpienc/app/range_cutter.hpp"
#include "mpienc/app/whole_mp3.hpp"
#include "mpienc/convert/flac_source_head.hpp"
#include "mpienc/encode/mp3_encoder.hpp"
#include "mpienc/input/pcm_fingerprint.hpp"
#include "mpienc/output/id3.hpp"

namespace mpienc::app {

namespace {

/// Memory of an encoder itself.
constexpr std::int64_t encoder_bytes = std::int64_t{8} << 20;

FileRange shared_samples(const std::filesystem::path& path, const input::PcmDescription& source) {
  if (!source.region) {
    throw Error(ExitStatus::usage,
                fmt::format("--shared-fs reads WAV and AIFF by ranges; {} is decoded on rank 0: "
                            "leave it out",
                            path.string()));
  }
  const auto everywhere = std::filesystem::absolute(path);
  return {everywhere.string(), input::fingerprint(everywhere), source.region->offset, source.region->bytes()};
}

}  // namespace

Recording::Recording(const Options& options, Logger& logger, std::function<void()> wake)
    : options_(options), logger_(logger), wake_(std::move(wake)), kind_(recording_kind(options)) {
  opening_ = std::jthread([this] {
    try {
      open();
    } catch (...) {
      failure_ = std::current_exception();
    }
    opened_ = true;
    wake_();
  });
}

Recording::~Recording() = default;

void Recording::open() {
  source_ = input::open_pcm_source(options_.inputs.front());
  const auto& format = source().format;
  if (options_.shared_fs) shared_ = shared_samples(options_.inputs.front(), source());
  if (kind_ == RecordingKind::mp3) {
    stream_ = encode::settle_mp3(mp3_settings(options_), format);
    if (stream_.joining == Mp3Joining::whole) shared_.reset();
    return;
  }
  encode::check_flac(flac_settings(options_, true), format);
  head_ = make_head();
}

FlacHead Recording::make_head() const {
  const auto& path = options_.inputs.front();
  auto made = convert::flac_source_head(flac_settings(options_, true), path, source(), source().tags,
                                        source().pictures);
  if (made.refused) {
    logger_.warn(
        "{}: flac would not encode it again, as it does not tell its length or its metadata is damaged; tags "
        "and pictures alone are kept of that",
        path.string());
  }
  return std::move(made.head);
}

bool Recording::opened() {
  if (!opened_) return false;
  if (failure_) std::rethrow_exception(failure_);
  return true;
}

std::optional<encode::Settings> Recording::plan(const Team& team) {
  for (; told_ < source().warnings.size(); ++told_) logger_.warn(source().warnings[told_]);
  if (kind_ == RecordingKind::flac) {
    flac_ = flac_settings(options_, all_have_fma(team, logger_));
    return encode::NoVideo{};
  }
  if (stream_.joining != Mp3Joining::whole) return encode::NoVideo{};
  logger_.info(
      "LAME resamples from {} to {} Hz, which one encoder must do from start to end: no other lane works",
      source().format.rate, stream_.rate);
  return std::nullopt;
}

std::optional<TreeSample> Recording::sample_for_newcomer() {
  if (!shared_) return std::nullopt;
  return TreeSample{{{shared_->path, shared_->file}}, {}, {}};
}

std::int64_t Recording::bytes_per_lane() const {
  const auto& format = source().format;
  const auto samples = kind_ == RecordingKind::flac ? flac_.chunk_samples(format.rate)
                                                    : plan::mp3_chunk_frames * stream_.samples_per_frame;
  return encoder_bytes + 3 * samples * format.block_bytes();
}

std::int64_t Recording::pixels() const {
  return kind_ == RecordingKind::flac ? flac_sample_pixels : mp3_sample_pixels;
}

std::unique_ptr<RecordingFile> Recording::make_file() {
  if (kind_ == RecordingKind::flac) {
    if (!shared_) md5_.emplace(source().format);
    return std::make_unique<FlacRecordingFile>(options_.output, std::move(head_),
                                               [this] { return relay_ ? relay_->digest() : md5_->digest(); });
  }
  return std::make_unique<Mp3RecordingFile>(
      options_.output, encode::Mp3Recording{mp3_settings(options_), source().format}, stream_,
      output::id3v2_tag(source().tags, source().pictures), options_.inputs.front());
}

ChunkSink& Recording::open_output(Note note) {
  return sink_.emplace(make_file(), options_.overwrite, std::move(note), wake_);
}

DigestRelay* Recording::start_digest(net::Transport& transport) {
  if (!shared_ || kind_ != RecordingKind::flac) return nullptr;
  return &relay_.emplace(transport, source().format, wake_);
}

std::unique_ptr<PcmCutter> Recording::make_range_cutter() const {
  const auto& format = source().format;
  if (kind_ == RecordingKind::flac) return make_flac_range_cutter(*shared_, {flac_, format});
  return make_mp3_range_cutter(*shared_, {mp3_settings(options_), format}, stream_);
}

std::unique_ptr<PcmCutter> Recording::make_cutter() {
  if (shared_) return make_range_cutter();
  if (kind_ == RecordingKind::flac) return make_flac_cutter(*source_, flac_);
  if (stream_.joining == Mp3Joining::whole) return encode_whole_mp3(*source_, mp3_settings(options_), *sink_);
  return make_mp3_cutter(*source_, mp3_settings(options_), stream_);
}

ChunkReader& Recording::start_reading() {
  const bool in_one_piece = kind_ == RecordingKind::mp3 && stream_.joining == Mp3Joining::whole;
  return reader_.emplace(*source_, make_cutter(), in_one_piece, md5_ ? &*md5_ : nullptr, told_, logger_,
                         wake_);
}

void Recording::describe(report::Summary& summary) const {
  std::error_code error;
  const auto size = std::filesystem::file_size(options_.inputs.front(), error);
  summary.shared_input = shared_.has_value();
  summary.bytes_in = error ? 0 : static_cast<std::int64_t>(size);
  if (summary.frames_in > 0) return;
  summary.frames_in = summary.frames_out = source_->given();
  summary.programme_seconds = static_cast<double>(source_->given()) / source().format.rate;
}

}  // namespace mpienc::app
