#include "mpienc/app/batch_options.hpp"

#include <map>
#include <string_view>

#include <fmt/format.h>

#include "command_parser.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/collection/layout.hpp"
#include "mpienc/convert/format.hpp"
#include "mpienc/core/error.hpp"
#include "options_values.hpp"

namespace mpienc::app {
namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

class BatchHelp : public HelpFormatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: mpienc batch [OPTIONS] TREE... -o FOLDER --to FORMAT,...\n"
           "Every file with sound in and below TREE becomes FOLDER/FORMAT/its path. A file is\n"
           "decoded once for all formats by one lane; of 15 minutes and more FLAC and MP3 are\n"
           "made by all lanes. What is complete and newer than its source stays.\n\n";
  }
};

constexpr const char* footer =
    "FORMAT is mp3, vorbis, opus, flac, aac, ffmpeg:ENCODER, or test (decodes, verifies\n"
    "and writes what it found). Templates hold {artist}, {album}, {title}, {track:02},\n"
    "{year}, any other tag, {stem}, {folder}, {ext}; {genre|None} names a default.\n"
    "\n"
    "Examples:\n"
    "  mpienc batch ~/Lossless -o ~/Lossy --to mp3,opus --mp3-options quality=2\n"
    "  mpirun -n 16 mpienc batch ~/Lossless -o ~/Lossy --to mp3 \\\n"
    "    --layout '{artist}/{title}' --link 'Albums/{artist} - {album}/{track:02} {title}'\n"
    "\n"
    "Exit status: 0 all done, 2 usage, 3 a file failed (see conversion_results.log),\n"
    "             4 output, 6 cluster, 130 stopped";

class Parser : private CommandParser {
 public:
  Parser()
      : CommandParser("mpienc batch",
                      "Converts a music collection to one or several formats, on all lanes and ranks.",
                      std::make_shared<BatchHelp>(), footer) {
    words(words_);
    begin_group("Files");
    value("-o,--output", output_, "FOLDER", "where the outputs go");
    value("--files-from", files_from_, "FILE", "take the files that it lists, - is stdin");
    value("--layout", batch_.layout, "TEMPLATE", "name outputs by tags, not by the tree");
    value("--link", batch_.link, "TEMPLATE", "a tree of links to the outputs, by tags");
    flag("--copy-others", batch_.copy_others, "copy covers, cue sheets and the like");
    flag("--update", update_, "replace outputs older than their source");
    flag("--overwrite", overwrite_, "replace all outputs");
    begin_group("Formats");
    value("--to", to_, "FORMAT,...", "mp3,vorbis,opus,flac,aac,ffmpeg:ENCODER,test");
    for (const char* codec : {"mp3", "vorbis", "opus", "flac", "aac", "ffmpeg"}) {
      value(fmt::format("--{}-options", codec), encoder_options_[codec], "K=V",
            "the encoder's own, K=V:K=V:...");
    }
    begin_group("Running");
    value("--lanes", lanes_, "N", "encoders per rank (default: its processors)");
    value("--schedule", schedule_, "NAME", "steal (default), dynamic, guided or static");
    flag("--isolate", options_.isolate, "a process per file: crashes cost one file");
    value("--journal", journal_, "DIR", "where finished chunks of long files are kept");
    flag("--no-journal", no_journal_, "keep none");
    flag("--restart", options_.restart, "begin long files anew, whatever was kept");
    value("--record", record_, "FILE.h5", "write a run record");
    flag("--no-status", no_status_, "no FOLDER/mpienc.status, which mpienc top shows");
    flag("-q,--quiet", quiet_, "errors only");
    flag("-v,--verbose", verbose_, "tell more");
  }

  std::optional<Options> parse(int argc, const char* const* argv) {
    options_.command_line.assign(argv, argv + argc);
    if (!read(argc, argv)) return std::nullopt;
    require_text({"--output", "--files-from", "--layout", "--link", "--to", "--journal", "--record"});
    take_files();
    take_formats();
    take_values();
    options_.journal = !no_journal_;
    options_.journal_folder = journal_;
    options_.status = !no_status_;
    options_.on_bad_chunk = OnBadChunk::skip;
    options_.batch = std::move(batch_);
    return std::move(options_);
  }

 private:
  void take_files() {
    if (!given("--output")) refuse("no output folder given: mpienc batch TREE... -o FOLDER --to FORMAT,...");
    if (words_.empty() == files_from_.empty()) {
      refuse(words_.empty() ? "no input given: mpienc batch TREE... -o FOLDER --to FORMAT,..."
                            : fmt::format("--files-from contradicts '{}'; give one of them", words_.front()));
    }
    for (const auto& word : words_) {
      if (word.empty()) refuse("an input's name is empty");
      options_.inputs.emplace_back(word);
    }
    options_.output = output_;
    batch_.files_from = files_from_;
    if (update_ && overwrite_) refuse("--update and --overwrite contradict each other; choose one");
    if (update_) batch_.existing = collection::Existing::update;
    if (overwrite_) batch_.existing = collection::Existing::overwrite;
    if (batch_.copy_others && !batch_.layout.empty()) {
      refuse("--copy-others has no place for them under --layout; leave one of them out");
    }
    for (const auto& text : {batch_.layout, batch_.link}) {
      if (!text.empty()) static_cast<void>(collection::Layout(text));
    }
  }

  void take_formats() {
    if (!given("--to")) refuse("no format given: --to mp3,vorbis,opus,flac,aac,ffmpeg:ENCODER,test");
    batch_.targets = collection::targets_of(to_, ".mka");
    std::map<std::string, bool> used;
    for (auto& target : batch_.targets) {
      const auto codec = target.codec.substr(0, target.codec.find(':'));
      used[codec] = true;
      const auto found = encoder_options_.find(codec);
      batch_.encoder_options.push_back(found == encoder_options_.end() ? "" : found->second);
      target.extension = convert::parse_format(target.codec, batch_.encoder_options.back()).extension;
    }
    for (const auto& [codec, text] : encoder_options_) {
      if (!text.empty() && !used[codec])
        refuse(fmt::format("--{}-options has no effect without {} in --to", codec, codec));
    }
  }

  void take_values() {
    if (given("--lanes")) options_.lanes = whole_value("--lanes", lanes_, 1, 4096);
    if (given("--schedule")) options_.schedule = schedule_value(schedule_);
    if (given("--record")) options_.record = record_value(record_);
    if (no_journal_ && (given("--journal") || options_.restart)) {
      refuse("--no-journal contradicts --journal and --restart; choose one");
    }
    if (quiet_ && verbose_) refuse("--quiet and --verbose contradict each other; choose one");
    if (quiet_) options_.verbosity = Verbosity::quiet;
    if (verbose_) options_.verbosity = Verbosity::verbose;
  }

  std::vector<std::string> words_;
  std::string output_, files_from_, to_, lanes_, schedule_, journal_, record_;
  std::map<std::string, std::string> encoder_options_;
  bool update_ = false, overwrite_ = false, no_journal_ = false, no_status_ = false, quiet_ = false,
       verbose_ = false;
  BatchOptions batch_;
  Options options_;
};

}  // namespace

bool asks_for_batch(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "batch";
}

std::optional<Options> parse_batch_options(int argc, const char* const* argv) {
  return Parser().parse(argc - 1, argv + 1);
}

}  // namespace mpienc::app
