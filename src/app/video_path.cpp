#include "mpienc/app/video_path.hpp"

#include "mpienc/app/first_frame.hpp"
#include "mpienc/app/video_copy.hpp"
#include "mpienc/encode/display.hpp"
#include "mpienc/encode/video_encoder.hpp"
#include "mpienc/output/container.hpp"

namespace mpienc::app {

namespace {

/// Decoder and encoder of one lane, measured with x264 medium and slow from 576p to 2160p.
std::int64_t lane_bytes(const encode::VideoSettings& settings) {
  return 100'000'000 + std::int64_t{200} * settings.width * settings.height;
}

encode::VideoOptions video_options(const Options& options, bool global_header) {
  return {options.video_codec, options.crf,     options.preset,          options.tune,
          options.profile,     options.pix_fmt, options.encoder_options, options.simd,
          global_header};
}

av::Stream output_video(const av::Stream& source, const encode::VideoSettings& settings,
                        const encode::VideoEncoder& encoder, const AVFrame& first_frame) {
  av::Stream track;
  track.parameters = encoder.parameters();
  track.time_base = settings.time_base;
  track.frame_rate = settings.frame_rate;
  track.sample_aspect = settings.sample_aspect;
  track.metadata = source.metadata;
  track.disposition = source.disposition;
  track.side_data = source.side_data;
  track.side_data.erase(AV_PKT_DATA_DISPLAYMATRIX);
  encode::add_hdr_side_data(track, first_frame);
  return track;
}

void require_copyable_chunks(const av::Stream& source, const AVCodecParameters& output) {
  if (source.parameters->codec_id == AV_CODEC_ID_H264 && output.codec_id == AV_CODEC_ID_H264) return;
  throw Error(ExitStatus::usage, std::string("--on-bad-chunk copy needs H.264 as input and output, not ") +
                                     avcodec_get_name(source.parameters->codec_id) + " and " +
                                     avcodec_get_name(output.codec_id) +
                                     "; take --on-bad-chunk skip or fail");
}

}  // namespace

VideoPath plan_video(input::Program& program, const Options& options, const AVOutputFormat& container) {
  VideoPath path;
  if (!program.has_video() || !output::holds_video(container)) return path;
  if (options.video_codec == "copy") {
    path.kind = VideoPath::Kind::copy;
    path.track = copied_video(program);
    return path;
  }
  path.kind = VideoPath::Kind::encode;
  const auto& source = program.video();
  const bool global_header = (container.flags & AVFMT_GLOBALHEADER) != 0;
  const auto frame = peek_first_frame(program);
  path.settings =
      encode::settle_video(video_options(options, global_header), source, *frame, program.interlaced());
  const encode::VideoEncoder encoder(path.settings);
  path.track = output_video(source, path.settings, encoder, *frame);
  if (options.on_bad_chunk == OnBadChunk::copy) require_copyable_chunks(source, *path.track->parameters);
  path.joining = {path.settings.time_base, path.settings.frame_rate, encoder.reorder_depth(),
                  path.track->parameters->codec_id == AV_CODEC_ID_H264};
  path.pixels = std::int64_t{source.parameters->width} * source.parameters->height;
  path.bytes_per_lane = lane_bytes(path.settings);
  return path;
}

}  // namespace mpienc::app
