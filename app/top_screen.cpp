#include "app/top_screen.hpp"

#define NCURSES_NOMACROS
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace onetrip {
namespace {

constexpr int escape = 27, escape_delay_ms = 25;

/// Where the locale is not UTF-8, what is not ASCII would be shown as garbage.
std::string ascii(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) out.push_back(c);
    if (byte >= 0xC0) out.push_back('?');
  }
  return out;
}

std::string terminal_name() {
  const char* name = std::getenv("TERM");
  return name == nullptr ? "" : name;
}

TopKey named(int code) {
  switch (code) {
    case KEY_UP:
    case 'k':
      return TopKey::up;
    case KEY_DOWN:
    case 'j':
      return TopKey::down;
    case KEY_PPAGE:
      return TopKey::page_up;
    case KEY_NPAGE:
    case ' ':
      return TopKey::page_down;
    case KEY_HOME:
    case 'g':
      return TopKey::first;
    case KEY_END:
    case 'G':
      return TopKey::last;
    case KEY_LEFT:
    case '<':
      return TopKey::left;
    case KEY_RIGHT:
    case '>':
      return TopKey::right;
    case '\t':
    case KEY_BTAB:
      return TopKey::tab;
    case 'p':
      return TopKey::pause;
    case '?':
    case 'h':
      return TopKey::help;
    case escape:
      return TopKey::back;
    case 'q':
      return TopKey::quit;
    default:
      return TopKey::other;
  }
}

}  // namespace

struct TopScreen::Impl {
  SCREEN* screen = nullptr;
  bool colour = false, utf8 = false;

  void start_colours() {
    colour = colour && has_colors();
    if (!colour) return;
    start_color();
    use_default_colors();
    const std::pair<TopStyle, int> all[] = {{TopStyle::info, COLOR_BLUE},
                                            {TopStyle::warning, COLOR_YELLOW},
                                            {TopStyle::error, COLOR_RED}};
    for (const auto& [style, hue] : all)
      init_pair(static_cast<short>(style), static_cast<short>(hue), -1);
  }

  attr_t attributes(TopStyle style) const {
    switch (style) {
      case TopStyle::plain:
        return A_NORMAL;
      case TopStyle::dim:
        return A_DIM;
      case TopStyle::sorted:
        return A_BOLD | A_UNDERLINE;
      case TopStyle::chosen:
        return A_REVERSE;
      case TopStyle::bold:
        return A_BOLD;
      default:
        break;
    }
    return colour ? static_cast<attr_t>(COLOR_PAIR(static_cast<int>(style))) | A_BOLD
                  : static_cast<attr_t>(A_BOLD);
  }
};

TopScreen::TopScreen(bool colour) : impl_(std::make_unique<Impl>()) {
  ::setlocale(LC_CTYPE, "");
  impl_->utf8 = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
  impl_->colour = colour;
  impl_->screen = newterm(nullptr, stdout, stdin);
  if (impl_->screen == nullptr) {
    throw TerminalError("the terminal `" + terminal_name() +
                        "` is not known: set TERM to one that `toe` lists, such as xterm");
  }
  if (tigetstr("cup") == nullptr) {
    endwin();
    delscreen(impl_->screen);
    throw TerminalError("the terminal `" + terminal_name() +
                        "` cannot write at a place that one chooses: `onetrip top --once` prints "
                        "what it would show");
  }
  cbreak();
  noecho();
  nonl();
  curs_set(0);
  keypad(stdscr, true);
  nodelay(stdscr, true);
  set_escdelay(escape_delay_ms);
  impl_->start_colours();
}

TopScreen::~TopScreen() {
  endwin();
  delscreen(impl_->screen);
}

TopSize TopScreen::size() const {
  return {static_cast<std::size_t>(std::max(1, getmaxy(stdscr))),
          static_cast<std::size_t>(std::max(1, getmaxx(stdscr)))};
}

void TopScreen::resize() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
    resizeterm(size.ws_row, size.ws_col);
  clearok(curscr, true);  // terminals differ in what they keep
}

void TopScreen::show(const std::vector<TopLine>& lines) {
  erase();
  for (std::size_t row = 0; row < lines.size(); ++row) {
    move(static_cast<int>(row), 0);
    for (const TopSpan& span : lines[row]) {
      attrset(static_cast<int>(impl_->attributes(span.style)));
      addstr((impl_->utf8 ? span.text : ascii(span.text)).c_str());
    }
  }
  attrset(A_NORMAL);
  refresh();
}

std::optional<TopKey> TopScreen::key() {
  const int code = getch();
  return code == ERR ? std::nullopt : std::optional(named(code));
}

}  // namespace onetrip
