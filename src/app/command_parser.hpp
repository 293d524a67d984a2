#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include <CLI/App.hpp>

#include "options_help.hpp"

namespace mpienc::app {

/// What the parsers of mpienc's commands have in common: named options in groups, and one line for what is
/// wrong.
class CommandParser {
 protected:
  /// `command`: as users type it, "mpienc batch".
  CommandParser(std::string command, const std::string& description, std::shared_ptr<HelpFormatter> help,
                const std::string& footer);
  ~CommandParser() = default;
  CommandParser(const CommandParser&) = delete;
  CommandParser& operator=(const CommandParser&) = delete;

  /// The options that follow are listed under this heading; none: not listed.
  void begin_group(std::string name) { group_ = std::move(name); }
  void value(const std::string& names, std::string& target, const char* type, const std::string& help);
  void flag(const std::string& names, bool& target, const std::string& help);
  void words(std::vector<std::string>& target) { app_.add_option("words", target); }

  /// False after it has printed --help. Throws Error(usage).
  [[nodiscard]] bool read(int argc, const char* const* argv);
  [[nodiscard]] bool given(const std::string& name) const { return app_.count(name) > 0; }
  /// Error(usage) for those that were given an empty text.
  void require_text(std::initializer_list<const char*> names) const;

 private:
  void check_names(int argc, const char* const* argv);
  [[noreturn]] void unknown(const std::string& name) const;

  std::string command_;
  CLI::App app_;
  std::string group_;
  bool help_ = false;
};

}  // namespace mpienc::app
