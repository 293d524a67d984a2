#include "mpienc/app/options.hpp"

#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "mpienc/app/recording_settings.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/sched/policy.hpp"
#include "options_help.hpp"
#include "options_values.hpp"

namespace mpienc::app {
namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

/// What the command line says before it is checked: numbers as their text.
struct Raw {
  std::vector<std::string> paths;
  bool no_journal = false, no_status = false, quiet = false, verbose = false, help = false,
       show_version = false;
  std::string chunk, max_chunk, lanes, schedule, bad_chunk, journal, record, crf, audio_bit_rate,
      audio_quality;
  std::string compression, block_samples;
};

class Parser {
 public:
  Parser() : app_("Transcodes video on many processors and hosts at once, with MPI.") {
    app_.set_help_flag();
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.footer(help_footer());
    app_.add_option("paths", raw_.paths);
    declare_input();
    declare_video();
    declare_audio();
    declare_running();
    declare_seeing();
  }

  std::optional<Options> parse(int argc, const char* const* argv) {
    options_.command_line.assign(argv, argv + argc);
    check_names(argc, argv);
    if (raw_.help || raw_.show_version) {
      std::cout << (raw_.help ? app_.help() : version_text()) << std::flush;
      return std::nullopt;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ArgumentMismatch& error) {
      const std::string what = error.what();
      refuse(fmt::format("{} needs a value (mpienc --help lists all)", what.substr(0, what.find(':'))));
    } catch (const CLI::ParseError& error) {
      refuse(fmt::format("{} (mpienc --help lists all options)", error.what()));
    }
    take_numbers();
    take_paths();
    check_combinations();
    return std::move(options_);
  }

 private:
  CLI::Option* value(const char* names, std::string& target, const char* type, const char* help) {
    return app_.add_option(names, target, help)
        ->type_name(type)
        ->group(group_)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  void flag(const char* names, bool& target, const char* help) {
    app_.add_flag(names, target, help)->group(group_)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

  void declare_input() {
    group_ = "Input";
    app_.add_option("--map", options_.maps, "take this stream: v:0, 0:a:1 (repeatable)")
        ->type_name("STREAM")
        ->group(group_)
        ->allow_extra_args(false);
  }
  void declare_video() {
    group_ = "Video";
    value("--video-codec", options_.video_codec, "NAME", "an encoder of libavcodec, or copy (libx264)");
    value("--crf", raw_.crf, "N", "constant quality, 0 best to 63 (x264: 23)");
    value("--preset", options_.preset, "NAME", "speed against size, ultrafast to veryslow");
    value("--tune", options_.tune, "NAME", "film, animation, grain, ...");
    value("--profile", options_.profile, "NAME", "baseline, main, high, ...");
    value("--pix-fmt", options_.pix_fmt, "NAME", "pixel format, e.g. yuv420p");
    value("--encoder-options", options_.encoder_options, "K=V", "the encoder's own options, K=V:K=V:...");
    value("--simd", options_.simd, "SET", "avx2 (default) or sse2; output depends on it");
  }
  void declare_audio() {
    group_ = "Audio";
    value("--audio-codec", options_.audio_codec, "NAME", "encoder, pcm or copy (libmp3lame)");
    value("--audio-bitrate", raw_.audio_bit_rate, "BPS", "bits per second, e.g. 192k");
    value("--audio-quality", raw_.audio_quality, "N", "the encoder's own scale (MP3: 0 best to 9)");
    value("--audio-options", options_.audio_options, "K=V", "MP3: abr=1:reservoir=0:crc=1:mono=1 ...");
    value("--compression", raw_.compression, "N", "FLAC: 0 to 8 (5); and -b N, -e, -p as flac has");
    group_ = "";  // not listed
    value("-b,--block-size", raw_.block_samples, "N", "");
    flag("-e,--exhaustive-model-search", options_.exhaustive_search, "");
    flag("-p,--qlp-coeff-precision-search", options_.precision_search, "");
  }
  void declare_running() {
    group_ = "Running";
    value("--lanes", raw_.lanes, "N", "encoders per rank (default: its processors)");
    flag("--shared-fs", options_.shared_fs, "WAV, AIFF: ranks read their ranges themselves");
    value("--chunk", raw_.chunk, "SECONDS", "chunk length (default: 15 falling to 4)");
    value("--max-chunk", raw_.max_chunk, "MB", "relay frames beyond, if uncuttable (default: 128)");
    value("--schedule", raw_.schedule, "NAME", "steal (default), dynamic, guided or static");
    value("--journal", raw_.journal, "DIR", "finished chunks (by OUTPUT); --no-journal: none");
    flag("--restart", options_.restart, "begin anew, whatever the journal has");
    flag("--isolate", options_.isolate, "a process per chunk: crashes cannot end the job");
    value("--on-bad-chunk", raw_.bad_chunk, "DO", "fail (default), copy or skip what crashes");
    flag("--overwrite", options_.overwrite, "replace OUTPUT if it exists");
    flag("--plan", options_.plan_only, "print the chunks and stop");
    group_ = "";  // told with --journal
    flag("--no-journal", raw_.no_journal, "");
  }
  void declare_seeing() {
    group_ = "Seeing";
    value("--record", raw_.record, "FILE.h5", "write a run record, e.g. for mpienc simulate");
    flag("-q,--quiet", raw_.quiet, "errors only");
    flag("-v,--verbose", raw_.verbose, "tell more");
    flag("--version", raw_.show_version, "versions of mpienc and its codec libraries");
    group_ = "";
    flag("--no-status", raw_.no_status, "");  // told by mpienc top --help
    flag("-h,--help", raw_.help, "this text");
  }

  /// Unknown options by our own scan: CLI11 would take "-q:a" for -q and something else.
  void check_names(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      if (argument == "--") return;
      if (argument.size() < 2 || argument[0] != '-') continue;
      const std::string name = argument.substr(0, argument.find('='));
      const CLI::Option* option = app_.get_option_no_throw(name);
      if (option == nullptr) unknown(name);
      raw_.help = raw_.help || name == "-h" || name == "--help";
      raw_.show_version = raw_.show_version || name == "--version";
      const bool takes_value = option->get_items_expected_min() > 0;
      if (!takes_value && name != argument) refuse(fmt::format("{} takes no value: '{}'", name, argument));
      if (takes_value && name == argument) ++i;
    }
  }

  [[noreturn]] void unknown(const std::string& name) {
    if (name == "-i") refuse("unknown option '-i'; inputs are named without it: mpienc INPUT... OUTPUT");
    std::vector<std::string> known;
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& longer : option->get_lnames()) known.push_back("--" + longer);
    }
    const std::string nearest = nearest_option(name, known);
    refuse(nearest.empty() ? fmt::format("unknown option '{}' (mpienc --help lists all)", name)
                           : fmt::format("unknown option '{}'; did you mean {}? (mpienc --help lists all)",
                                         name, nearest));
  }

  [[nodiscard]] bool given(const char* name) const { return app_.count(name) > 0; }

  void take_numbers() {
    if (given("--chunk")) options_.chunk_seconds = number_value("--chunk", raw_.chunk, 1, 3600);
    if (given("--max-chunk")) options_.max_chunk_mb = whole_value("--max-chunk", raw_.max_chunk, 1, 4096);
    if (given("--lanes")) options_.lanes = whole_value("--lanes", raw_.lanes, 1, 4096);
    if (given("--crf")) options_.crf = number_value("--crf", raw_.crf, 0, 63);
    if (given("--audio-quality")) {
      options_.audio_quality = number_value("--audio-quality", raw_.audio_quality, -1, 10);
    }
    if (given("--audio-bitrate")) {
      options_.audio_bit_rate = bit_rate_value("--audio-bitrate", raw_.audio_bit_rate);
    }
    if (given("--compression")) options_.compression = whole_value("--compression", raw_.compression, 0, 8);
    if (given("--block-size"))
      options_.block_samples = whole_value("--block-size", raw_.block_samples, 16, 65535);
    if (given("--schedule")) options_.schedule = schedule_value(raw_.schedule);
    if (given("--on-bad-chunk")) options_.on_bad_chunk = bad_chunk_value(raw_.bad_chunk);
    if (raw_.quiet) options_.verbosity = Verbosity::quiet;
    if (raw_.verbose) options_.verbosity = Verbosity::verbose;
  }

  void take_paths() {
    for (const std::string& path : raw_.paths) {
      if (path.empty()) refuse("an input or output name is empty");
    }
    if (raw_.paths.empty()) refuse("no input given: mpienc INPUT... OUTPUT (mpienc --help tells more)");
    if (!options_.plan_only) {
      options_.output = raw_.paths.back();
      raw_.paths.pop_back();
      if (raw_.paths.empty()) {
        refuse(fmt::format("'{}' is the only file given: mpienc INPUT... OUTPUT needs an input and an output",
                           options_.output.string()));
      }
      check_output_name();
    }
    for (const auto& path : raw_.paths) options_.inputs.emplace_back(path == "-" ? "/dev/stdin" : path);
    if (!given("--audio-codec") && makes_flac()) options_.audio_codec = "flac";
    options_.journal = !raw_.no_journal;
    options_.journal_folder = raw_.journal;
    options_.status = !raw_.no_status;
    if (given("--record")) options_.record = record_value(raw_.record);
    for (const auto& input : options_.inputs) {
      check_differ("output", options_.output, "an input", input);
      check_differ("--record", options_.record, "an input", input);
    }
    check_differ("--record", options_.record, "the output", options_.output);
  }

  [[nodiscard]] bool makes_flac() const {
    if (!options_.plan_only) return options_.output.extension() == ".flac";
    return given("--compression") || given("--block-size") || given("-e") || given("-p");
  }

  void check_output_name() const {
    const auto& output = options_.output;
    if (!output.has_filename() || output.extension().empty() || output.extension() == ".") {
      refuse(fmt::format("output '{}' has no extension to pick the container by; name it like film.mkv",
                         output.string()));
    }
  }

  static void check_differ(const char* role, const std::filesystem::path& path, const char* other_role,
                           const std::filesystem::path& other) {
    if (path.empty() || other.empty()) return;
    std::error_code ignored;
    const auto plain = [](const auto& name) { return std::filesystem::absolute(name).lexically_normal(); };
    if (std::filesystem::equivalent(path, other, ignored) || plain(path) == plain(other)) {
      refuse(fmt::format("{} '{}' is also {}; choose another name", role, path.string(), other_role));
    }
  }

  void check_combinations() const {
    if (raw_.quiet && raw_.verbose) refuse("--quiet and --verbose contradict each other; choose one");
    if (options_.simd != "avx2" && options_.simd != "sse2") {
      refuse(fmt::format("--simd takes avx2 or sse2, not '{}'", options_.simd));
    }
    if (given("--audio-bitrate") && given("--audio-quality")) {
      refuse("--audio-bitrate and --audio-quality contradict each other; choose one");
    }
    refuse_with_copy("--video-codec", options_.video_codec,
                     {"--crf", "--preset", "--tune", "--profile", "--pix-fmt", "--encoder-options",
                      "--isolate", "--on-bad-chunk"});
    refuse_with_copy("--audio-codec", options_.audio_codec,
                     {"--audio-bitrate", "--audio-quality", "--audio-options"});
    check_recording_options(options_);
    if (options_.plan_only && options_.shared_fs)
      refuse("--plan reads the input on rank 0 alone; leave --shared-fs out");
    if (options_.plan_only && given("--record"))
      refuse("--plan encodes nothing that --record could describe");
    if (raw_.no_journal && (given("--journal") || options_.restart)) {
      refuse("--no-journal contradicts --journal and --restart; choose one");
    }
    for (const char* name : {"--map", "--record", "--journal", "--video-codec", "--audio-codec", "--preset",
                             "--tune", "--profile", "--pix-fmt", "--encoder-options", "--audio-options"}) {
      for (const std::string& text : app_.get_option(name)->results()) {
        if (text.empty()) refuse(fmt::format("{} needs a value, not an empty text", name));
      }
    }
  }

  void refuse_with_copy(const char* codec_option, const std::string& codec,
                        std::initializer_list<const char*> others) const {
    if (codec != "copy") return;
    for (const char* other : others) {
      if (given(other)) {
        refuse(fmt::format("{} has no effect with {} copy; leave one of them out", other, codec_option));
      }
    }
  }

  CLI::App app_;
  std::string group_;
  Raw raw_;
  Options options_;
};

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  return asks_for_batch(argc, argv) ? parse_batch_options(argc, argv) : Parser().parse(argc, argv);
}

}  // namespace mpienc::app
