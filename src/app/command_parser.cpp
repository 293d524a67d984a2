#include "command_parser.hpp"

#include <algorithm>
#include <iostream>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "mpienc/core/error.hpp"
#include "options_values.hpp"

namespace mpienc::app {

namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

}  // namespace

CommandParser::CommandParser(std::string command, const std::string& description,
                             std::shared_ptr<HelpFormatter> help, const std::string& footer)
    : command_(std::move(command)), app_(description) {
  app_.set_help_flag();
  app_.formatter(std::move(help));
  app_.footer(footer);
  app_.add_flag("-h,--help", help_, "this text")->group("");
}

void CommandParser::value(const std::string& names, std::string& target, const char* type,
                          const std::string& help) {
  app_.add_option(names, target, help)
      ->type_name(type)
      ->group(group_)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void CommandParser::flag(const std::string& names, bool& target, const std::string& help) {
  app_.add_flag(names, target, help)->group(group_)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

bool CommandParser::read(int argc, const char* const* argv) {
  check_names(argc, argv);
  if (help_) {
    std::cout << app_.help() << std::flush;
    return false;
  }
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    refuse(fmt::format("{} needs a value ({} --help lists all)", what.substr(0, what.find(':')), command_));
  } catch (const CLI::ParseError& error) {
    refuse(fmt::format("{} ({} --help lists all options)", error.what(), command_));
  }
  return true;
}

/// By our own scan, as CLI11 does not say which option was meant.
void CommandParser::check_names(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--") return;
    if (argument.size() < 2 || argument[0] != '-') continue;
    const std::string name = argument.substr(0, argument.find('='));
    const CLI::Option* option = app_.get_option_no_throw(name);
    if (option == nullptr) unknown(name);
    help_ = help_ || name == "-h" || name == "--help";
    const bool takes_value = option->get_items_expected_min() > 0;
    if (!takes_value && name != argument) refuse(fmt::format("{} takes no value: '{}'", name, argument));
    if (takes_value && name == argument) ++i;
  }
}

void CommandParser::unknown(const std::string& name) const {
  std::vector<std::string> known;
  for (const CLI::Option* option : app_.get_options()) {
    for (const std::string& longer : option->get_lnames()) known.push_back("--" + longer);
  }
  const std::string nearest = nearest_option(name, known);
  const bool ours = std::ranges::count(known, nearest) > 0;
  refuse(fmt::format("unknown option '{}' of {}{} ({} --help lists all)", name, command_,
                     ours ? fmt::format("; did you mean {}?", nearest) : "", command_));
}

void CommandParser::require_text(std::initializer_list<const char*> names) const {
  for (const char* name : names) {
    for (const std::string& text : app_.get_option(name)->results()) {
      if (text.empty()) refuse(fmt::format("{} needs a value, not an empty text", name));
    }
  }
}

}  // namespace mpienc::app
