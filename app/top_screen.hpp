#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "app/top_frame.hpp"

namespace onetrip {

/// A sentence: the terminal cannot do what is needed.
struct TerminalError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The terminal of standard input and output, taken over by ncurses; its destructor gives it back
/// as it was. One at a time, main thread.
class TopScreen {
 public:
  explicit TopScreen(bool colour);  ///< throws TerminalError
  ~TopScreen();
  TopScreen(const TopScreen&) = delete;
  TopScreen& operator=(const TopScreen&) = delete;

  TopSize size() const;
  void resize();  ///< after SIGWINCH
  void show(const std::vector<TopLine>& lines);
  std::optional<TopKey> key();  ///< the next one that was pressed; none: no more

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
