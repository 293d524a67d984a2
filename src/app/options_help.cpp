#include "options_help.hpp"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

namespace mpienc::app {

HelpFormatter::HelpFormatter() { column_width(31); }

std::string HelpFormatter::make_description(const CLI::App* app) const {
  return app->get_description() + "\n";
}

std::string HelpFormatter::make_usage(const CLI::App*, std::string) const {
  return "Usage: mpienc [OPTIONS] INPUT... OUTPUT\n"
         "       mpienc --plan INPUT..., mpienc batch|drain|launch|simulate|top --help\n"
         "Inputs are joined in order, - is standard input. OUTPUT's name picks the format.\n\n";
}

std::string HelpFormatter::make_positionals(const CLI::App*) const { return {}; }

std::string HelpFormatter::make_group(std::string group, bool positional,
                                      std::vector<const CLI::Option*> options) const {
  const std::string text = CLI::Formatter::make_group(std::move(group), positional, std::move(options));
  return text.substr(std::min(text.find_first_not_of('\n'), text.size()));
}

std::string HelpFormatter::make_option_name(const CLI::Option* option, bool) const {
  const bool has_short = !option->get_snames().empty();
  return (has_short ? "-" + option->get_snames().front() + ", " : "    ") + "--" +
         option->get_lnames().front();
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const std::string name = option->get_type_name();
  return name.empty() ? name : " " + name;
}

std::string help_footer() {
  return "Examples:\n"
         "  mpienc film.mkv film.mp4 --crf 20 --preset slow\n"
         "  mpirun -n 8 --map-by node --bind-to none mpienc VTS_01_*.VOB film.mkv\n"
         "Exit status: 0 done, 2 usage, 3 input, 4 output, 5 codec, 6 cluster, 130 stopped";
}

}  // namespace mpienc::app
