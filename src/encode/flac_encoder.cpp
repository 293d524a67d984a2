#include "flac_encoder.hpp"

#include <string>

// Exported by libFLAC and used by the `flac` program, but in no public header.
extern "C" {
FLAC__bool FLAC__stream_encoder_set_do_md5(FLAC__StreamEncoder* encoder, FLAC__bool value);
FLAC__bool FLAC__stream_encoder_disable_instruction_set(FLAC__StreamEncoder* encoder, int value);
}

namespace mpienc::encode {

namespace {
constexpr int without_fma = 32;  // libFLAC's number for it
}

FlacEncoder make_flac_encoder(const FlacSettings& settings, const PcmFormat& format) {
  check_flac(settings, format);
  FlacEncoder encoder(FLAC__stream_encoder_new());
  if (!encoder) throw Error(ExitStatus::internal, "out of memory; use fewer lanes (--lanes)");
  auto* e = encoder.get();
  const auto number = [](std::int32_t value) { return static_cast<std::uint32_t>(value); };
  bool accepted = FLAC__stream_encoder_set_streamable_subset(e, 1) != 0;
  const auto also = [&](FLAC__bool result) { accepted = accepted && result != 0; };
  also(FLAC__stream_encoder_set_channels(e, number(format.channels)));
  also(FLAC__stream_encoder_set_bits_per_sample(e, number(format.bits)));
  also(FLAC__stream_encoder_set_sample_rate(e, number(format.rate)));
  // The level sets all other parameters of the model, so it comes before what is asked for beside it.
  also(FLAC__stream_encoder_set_compression_level(e, number(settings.level)));
  also(FLAC__stream_encoder_set_blocksize(e, number(settings.block())));
  if (settings.exhaustive_model_search) also(FLAC__stream_encoder_set_do_exhaustive_model_search(e, 1));
  if (settings.precision_search) also(FLAC__stream_encoder_set_do_qlp_coeff_prec_search(e, 1));
  also(FLAC__stream_encoder_set_do_md5(e, 0));
  also(FLAC__stream_encoder_disable_instruction_set(e, settings.fma ? 0 : without_fma));
  if (!accepted) throw Error(ExitStatus::codec, "libFLAC refuses a setting");
  return encoder;
}

void start(FLAC__StreamEncoder& encoder, FLAC__StreamEncoderWriteCallback write, void* client) {
  const auto status = FLAC__stream_encoder_init_stream(&encoder, write, nullptr, nullptr, nullptr, client);
  if (status != FLAC__STREAM_ENCODER_INIT_STATUS_OK) {
    throw Error(ExitStatus::codec,
                std::string("libFLAC does not start: ") + FLAC__StreamEncoderInitStatusString[status]);
  }
}

}  // namespace mpienc::encode
