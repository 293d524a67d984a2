#include "mpienc/view/screen.hpp"

#include <langinfo.h>
#include <poll.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <ncurses.h>

#include "mpienc/core/error.hpp"
#include "mpienc/report/text_columns.hpp"

namespace mpienc::view {

namespace {

enum Pair : short { warning_pair = 1 };

std::string ascii(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto next = report::first_character(text);
    plain += next.code && *next.code < 0x80
                 ? std::string(text.substr(0, 1))
                 : std::string(report::columns_of(text.substr(0, next.bytes)), '?');
    text.remove_prefix(next.bytes);
  }
  return plain;
}

bool shows_utf8() { return std::string_view(nl_langinfo(CODESET)) == "UTF-8"; }

chtype look_of(Style style) {
  switch (style) {
    case Style::plain: return A_NORMAL;
    case Style::title: return A_BOLD;
    case Style::head: return A_UNDERLINE;
    case Style::chosen: return A_REVERSE;
    case Style::warning: return has_colors() ? static_cast<chtype>(COLOR_PAIR(warning_pair)) : A_BOLD;
    case Style::faint: return A_DIM;
  }
  return A_NORMAL;
}

Key key_of(int code) {
  switch (code) {
    case KEY_UP: return Key::up;
    case KEY_DOWN: return Key::down;
    case KEY_PPAGE: return Key::page_up;
    case KEY_NPAGE: return Key::page_down;
    case KEY_HOME: return Key::first;
    case KEY_END: return Key::last;
    case '\t':
    case KEY_LEFT:
    case KEY_RIGHT:
    case KEY_BTAB: return Key::other_table;
    case 's': return Key::sort;
    case 'd': return Key::drain;
    case '?':
    case 'h': return Key::help;
    case 'y':
    case 'Y': return Key::yes;
    case 'q': return Key::quit;
    default: return Key::other;
  }
}

}  // namespace

Screen::Screen() {
  if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1) {
    throw Error(ExitStatus::usage,
                "the screen needs a terminal: add --once for plain text or --json for programs");
  }
  std::setlocale(LC_CTYPE, "");
  if (newterm(nullptr, stdout, stdin) == nullptr) {
    const char* name = std::getenv("TERM");
    throw Error(ExitStatus::usage, std::string("TERM=") + (name == nullptr ? "" : name) +
                                       " names no terminal that ncurses knows: set it, or add --once");
  }
  cbreak();
  noecho();
  nonl();
  curs_set(0);
  keypad(stdscr, TRUE);
  set_escdelay(50);
  if (has_colors()) {
    start_color();
    use_default_colors();
    init_pair(warning_pair, COLOR_RED, -1);
  }
}

Screen::~Screen() { give_back(); }

void Screen::give_back() noexcept {
  if (!isendwin()) endwin();
}

int Screen::rows() const { return LINES; }
int Screen::columns() const { return COLS; }

void Screen::paint(const std::vector<Line>& lines) {
  const bool utf8 = shows_utf8();
  erase();
  int row = 0;
  for (const auto& line : lines) {
    const auto filled =
        line.style == Style::plain || line.style == Style::faint || line.style == Style::warning
            ? line.text
            : report::fitted(line.text, static_cast<std::size_t>(COLS));
    attrset(static_cast<int>(look_of(line.style)));
    mvaddstr(row++, 0, (utf8 ? filled : ascii(filled)).c_str());
  }
  attrset(A_NORMAL);
  refresh();
}

std::optional<Key> Screen::key(int milliseconds) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  const int ready = poll(&input, 1, milliseconds);
  if (ready > 0 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return Key::quit;
  timeout(0);
  const int code = getch();
  if (code == ERR) return ready > 0 ? std::optional(Key::quit) : std::nullopt;
  return code == KEY_RESIZE ? Key::other : key_of(code);
}

}  // namespace mpienc::view
