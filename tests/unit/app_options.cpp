#include <fstream>

#include <unistd.h>

#include <gmock/gmock.h>

#include "mpienc/app/options.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

std::optional<Options> parse(const Words& words) {
  std::vector<const char*> argv{"mpienc"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

std::string complaint(const Words& words) {
  try {
    static_cast<void>(parse(words));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::usage);
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    return error.what();
  }
  return "no complaint";
}

std::string complaint_with(const Words& options) {
  Words words{"in.mkv", "out.mkv"};
  words.insert(words.end(), options.begin(), options.end());
  return complaint(words);
}

std::string printed(const Words& words) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse(words).has_value());
  return testing::internal::GetCapturedStdout();
}

TEST(Options, DefaultsAreThoseOfTheStruct) {
  const auto o = parse({"a.vob", "b.vob", "film.mkv"});
  ASSERT_TRUE(o);
  EXPECT_THAT(o->inputs, ElementsAre("a.vob", "b.vob"));
  EXPECT_EQ(o->output, "film.mkv");
  EXPECT_FALSE(o->plan_only || o->overwrite || o->crf || o->lanes || o->chunk_seconds);
  EXPECT_EQ(o->video_codec, "libx264");
  EXPECT_EQ(o->audio_codec, "libmp3lame");
  EXPECT_EQ(o->simd, "avx2");
  EXPECT_EQ(o->verbosity, Verbosity::normal);
  EXPECT_EQ(o->schedule, sched::Strategy::steal);
  EXPECT_TRUE(o->record.empty());
  EXPECT_TRUE(o->journal && o->journal_folder.empty() && !o->restart);
}

TEST(Options, EachReachesItsField) {
  const auto o = parse({"--overwrite",
                        "-v",
                        "--map",
                        "0:a:1",
                        "--map=v:0",
                        "in.mkv",
                        "--chunk",
                        "2.5",
                        "--lanes",
                        "3",
                        "--video-codec",
                        "libx265",
                        "--crf",
                        "18.5",
                        "--preset",
                        "slow",
                        "--tune",
                        "film",
                        "--profile",
                        "high",
                        "--pix-fmt",
                        "yuv420p",
                        "--encoder-options",
                        "aq-mode=3:me=umh",
                        "--simd",
                        "sse2",
                        "--audio-codec",
                        "flac",
                        "--audio-quality",
                        "-1",
                        "--schedule",
                        "guided",
                        "--record",
                        "run.h5",
                        "--journal",
                        "folder",
                        "--restart",
                        "out.mkv"});
  ASSERT_TRUE(o);
  EXPECT_TRUE(o->overwrite);
  EXPECT_EQ(o->verbosity, Verbosity::verbose);
  EXPECT_THAT(o->maps, ElementsAre("0:a:1", "v:0"));
  EXPECT_EQ(o->chunk_seconds, 2.5);
  EXPECT_EQ(o->lanes, 3);
  EXPECT_EQ(o->video_codec, "libx265");
  EXPECT_EQ(o->crf, 18.5);
  EXPECT_EQ(o->preset, "slow");
  EXPECT_EQ(o->tune, "film");
  EXPECT_EQ(o->profile, "high");
  EXPECT_EQ(o->pix_fmt, "yuv420p");
  EXPECT_EQ(o->encoder_options, "aq-mode=3:me=umh");
  EXPECT_EQ(o->simd, "sse2");
  EXPECT_EQ(o->audio_codec, "flac");
  EXPECT_EQ(o->audio_quality, -1);
  EXPECT_EQ(o->schedule, sched::Strategy::guided);
  EXPECT_EQ(o->record, "run.h5");
  EXPECT_EQ(o->journal_folder, "folder");
  EXPECT_TRUE(o->restart);
  EXPECT_EQ(o->command_line.front(), "mpienc");
  EXPECT_EQ(o->command_line.back(), "out.mkv");
  EXPECT_THAT(o->inputs, ElementsAre("in.mkv"));
  EXPECT_EQ(o->output, "out.mkv");
}

TEST(Options, ALaterValueWins) { EXPECT_EQ(parse({"a", "b.mkv", "--crf", "20", "--crf=21"})->crf, 21); }

TEST(Options, PlanTakesInputsOnly) {
  const auto o = parse({"--plan", "a", "b"});
  EXPECT_THAT(o->inputs, ElementsAre("a", "b"));
  EXPECT_TRUE(o->output.empty());
}

TEST(Options, NamesThatLookLikeOptionsComeAfterTwoDashes) {
  const auto o = parse({"--map", "v", "--", "-a.mkv", "--b.mkv"});
  EXPECT_THAT(o->inputs, ElementsAre("-a.mkv"));
  EXPECT_THAT(parse({"-", "out.flac"})->inputs, ElementsAre("/dev/stdin"));
  EXPECT_EQ(o->output, "--b.mkv");
}

TEST(Options, BitRates) {
  for (const auto& [text, value] : std::map<std::string, std::int64_t>{
           {"192k", 192000}, {"192K", 192000}, {"192000", 192000}, {"1M", 1000000}, {"1.5M", 1500000}}) {
    EXPECT_EQ(parse({"a", "b.mkv", "--audio-codec", "aac", "--audio-bitrate", text})->audio_bit_rate, value)
        << text;
  }
  for (const char* text : {"192", "-1k", "k", "", "1G", "nan", "infM", "1e99", "192 k", "192kk", "0x10k"}) {
    EXPECT_THAT(complaint_with({"--audio-bitrate", text}),
                AllOf(HasSubstr("--audio-bitrate takes"), HasSubstr("1k to 100M"),
                      HasSubstr("'" + std::string(text) + "'")));
  }
}

TEST(Options, NumbersOutOfRangeAreNamedWithTheRange) {
  struct Case {
    std::string option, range;
    Words values;
  };
  for (const auto& [option, range, values] : std::vector<Case>{
           {"--crf", "from 0 to 63", {"-1", "64", "nan", "inf", "x", "", "2O", "1e400", " 1", "--preset"}},
           {"--chunk", "from 1 to 3600", {"0", "0.99", "-5", "nan", "3601"}},
           {"--lanes", "from 1 to 4096", {"0", "-1", "1.5", "99999999999999", "two"}},
           {"--audio-quality", "from -1 to 10", {"-2", "11", "best"}}}) {
    for (const std::string& value : values) {
      EXPECT_THAT(complaint_with({option, value}),
                  AllOf(HasSubstr(option + " takes"), HasSubstr(range), HasSubstr("'" + value + "'")));
    }
  }
}

TEST(Options, Schedules) {
  for (const auto& [name, strategy] :
       std::map<std::string, sched::Strategy>{{"steal", sched::Strategy::steal},
                                              {"dynamic", sched::Strategy::on_demand},
                                              {"guided", sched::Strategy::guided},
                                              {"static", sched::Strategy::shares}}) {
    EXPECT_EQ(parse({"a", "b.mkv", "--schedule", name})->schedule, strategy) << name;
  }
  EXPECT_EQ(complaint_with({"--schedule", "staelth"}).substr(0, 17), "--schedule takes ");
  EXPECT_THAT(complaint_with({"--schedule", "stel"}),
              AllOf(HasSubstr("'stel'"), HasSubstr("did you mean steal?")));
  EXPECT_THAT(complaint_with({"--schedule", ""}), HasSubstr("--schedule takes"));
}

TEST(Options, ARecordHasItsOwnName) {
  EXPECT_THAT(complaint_with({"--record", "film.mkv"}),
              AllOf(HasSubstr("ends in .h5"), HasSubstr("'film.mkv'")));
  EXPECT_THAT(complaint_with({"--record", ".h5"}), HasSubstr("ends in .h5"));
  EXPECT_THAT(complaint({"a.h5", "b.mkv", "--record", "a.h5"}),
              HasSubstr("--record 'a.h5' is also an input"));
  EXPECT_THAT(complaint({"a", "b.h5", "--record", "x/../b.h5"}), HasSubstr("is also the output"));
  EXPECT_THAT(complaint({"--plan", "a", "--record", "b.h5"}), HasSubstr("--plan encodes nothing"));
}

TEST(Options, AnUnknownOneIsNamedWithTheNearest) {
  EXPECT_EQ(complaint_with({"--prest", "slow"}),
            "unknown option '--prest'; did you mean --preset? (mpienc --help lists all)");
  for (const auto& [slip, ours] :
       std::map<std::string, std::string>{{"-crf", "--crf"},
                                          {"--vebose", "--verbose"},
                                          {"--audio-bit-rate=1M", "--audio-bitrate"},
                                          {"--over", "--overwrite"},
                                          {"-q:a", "--audio-quality"},
                                          {"-c:v", "--video-codec"},
                                          {"-y", "--overwrite"}}) {
    EXPECT_THAT(complaint_with({slip, "1"}), HasSubstr("did you mean " + ours + "?")) << slip;
  }
  EXPECT_EQ(complaint_with({"--xyzzy"}), "unknown option '--xyzzy' (mpienc --help lists all)");
  EXPECT_THAT(complaint({"-i", "a", "b.mkv"}), HasSubstr("inputs are named without it"));
}

TEST(Options, Files) {
  EXPECT_THAT(complaint({}), HasSubstr("no input given"));
  EXPECT_THAT(complaint({"--plan"}), HasSubstr("no input given"));
  EXPECT_THAT(complaint({"a.mkv"}), HasSubstr("'a.mkv' is the only file given"));
  EXPECT_THAT(complaint({"a.mkv", ""}), HasSubstr("name is empty"));
  for (const char* output : {"b", "b.", "folder.d/b", "folder/", ".mkv"}) {
    EXPECT_THAT(complaint({"a.mkv", output}), HasSubstr("has no extension")) << output;
  }
  EXPECT_THAT(complaint({"a.mkv", "b.mkv", "./x/../a.mkv"}), HasSubstr("also an input"));
}

TEST(Options, TheSameFileUnderAnotherName) {
  const auto folder = std::filesystem::temp_directory_path() / ("mpienc_options_" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "a.mkv") << "x";
  std::filesystem::create_symlink("a.mkv", folder / "b.mkv");
  EXPECT_THAT(complaint({folder / "a.mkv", folder / "b.mkv"}), HasSubstr("also an input"));
  std::filesystem::remove_all(folder);
}

TEST(Options, ContradictionsAndMissingValues) {
  EXPECT_THAT(complaint_with({"-q", "-v"}), HasSubstr("contradict"));
  EXPECT_THAT(complaint_with({"--audio-bitrate", "1M", "--audio-quality", "1"}), HasSubstr("contradict"));
  EXPECT_THAT(complaint_with({"--video-codec", "copy", "--crf", "1"}), HasSubstr("--crf has no effect"));
  EXPECT_THAT(complaint_with({"--audio-codec", "copy", "--audio-quality", "1"}), HasSubstr("has no effect"));
  EXPECT_THAT(complaint_with({"--simd", "avx512"}), HasSubstr("--simd takes avx2 or sse2, not 'avx512'"));
  EXPECT_THAT(complaint_with({"--no-journal", "--restart"}), HasSubstr("--no-journal contradicts"));
  EXPECT_THAT(complaint_with({"--no-journal", "--journal", "x"}), HasSubstr("--no-journal contradicts"));
  EXPECT_FALSE(parse({"a", "b.mkv", "--no-journal"})->journal);
  EXPECT_THAT(complaint_with({"--crf"}), HasSubstr("--crf needs a value"));
  EXPECT_THAT(complaint_with({"--map", ""}), HasSubstr("--map needs a value"));
  EXPECT_THAT(complaint_with({"--overwrite=no"}), HasSubstr("--overwrite takes no value"));
}

TEST(Options, TakesWhatBecomesOfABadChunk) {
  EXPECT_EQ(complaint_with({"--on-bad-chunk", "mend"}),
            "--on-bad-chunk takes fail, copy or skip, not 'mend'");
  EXPECT_THAT(complaint_with({"--isolate", "--video-codec", "copy"}), HasSubstr("--isolate has no effect"));
}

TEST(Options, TakesSharedFileSystemsForOneRecordingAlone) {
  EXPECT_FALSE(parse({"in.wav", "out.flac"})->shared_fs);
  EXPECT_TRUE(parse({"in.wav", "out.flac", "--shared-fs"})->shared_fs);
  EXPECT_TRUE(parse({"in.wav", "out.mp3", "--shared-fs"})->shared_fs);
  for (Words words : {Words{"in.wav", "out.mkv"}, Words{"a.wav", "b.wav", "out.mp3"},
                      Words{"in.wav", "out.flac", "--map", "0:a"}, Words{"in.wav", "--plan"}}) {
    words.push_back("--shared-fs");
    EXPECT_THAT(complaint(words), HasSubstr("--shared-fs")) << words[1];
  }
}

TEST(Options, HelpFitsAScreenAndTellsAll) {
  const std::string help = printed({"--help"});
  EXPECT_LE(std::count(help.begin(), help.end(), '\n'), 48);
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  for (const char* word : {"Usage:",
                           "Input:",
                           "Video:",
                           "Audio:",
                           "Running:",
                           "Seeing:",
                           "Examples:",
                           "Exit status:",
                           "--map",
                           "--crf",
                           "--audio-bitrate BPS",
                           "--lanes",
                           "--schedule NAME",
                           "--journal DIR",
                           "--restart",
                           "--isolate",
                           "--on-bad-chunk",
                           "--record FILE.h5",
                           "--chunk SECONDS",
                           "--shared-fs",
                           "--no-journal",
                           "--plan"}) {
    EXPECT_THAT(help, HasSubstr(word));
  }
  EXPECT_EQ(printed({"-h"}), help);
}

TEST(Options, VersionNamesTheLibraries) {
  EXPECT_EQ(version, PROJECT_VERSION);
  const std::string text = printed({"--version"});
  EXPECT_EQ(text, version_text());
  EXPECT_TRUE(text.starts_with("mpienc " PROJECT_VERSION "\n"));
  for (const char* library :
       {"libavcodec ", "libavformat ", "libavutil ", "libswscale ", "libswresample ", "x264 "}) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(library)));
  }
}

}  // namespace
}  // namespace mpienc::app
