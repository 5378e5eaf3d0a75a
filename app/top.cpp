#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>
#include <iostream>
#include <stdexcept>

#include "app/admin_place.hpp"
#include "app/say.hpp"
#include "app/top_answers.hpp"
#include "app/top_screen.hpp"
#include "app/verbs.hpp"
#include "budget/quantity.hpp"

namespace onetrip {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t once_rows = 20;
constexpr auto shortest = std::chrono::milliseconds(100);
constexpr auto longest = std::chrono::hours(1);
constexpr int patient_times = 3;  ///< without an answer, one after another

/// Signals as something to wait for.
class SignalQueue {
 public:
  SignalQueue() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    descriptor_ = ::signalfd(-1, &set_, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  ~SignalQueue() { ::close(descriptor_); }
  SignalQueue(const SignalQueue&) = delete;
  SignalQueue& operator=(const SignalQueue&) = delete;

  int descriptor() const { return descriptor_; }
  int next() const {  ///< or 0
    signalfd_siginfo info{};
    return ::read(descriptor_, &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo)
                                                                  : 0;
  }

 private:
  sigset_t set_{};
  int descriptor_ = -1;
};

/// Asks on a thread of its own, so that keys work while an answer is waited for.
class Question {
 public:
  explicit Question(const AdminPlace& place) : place_(place) {}
  ~Question() {
    if (answer_.valid()) answer_.wait();
    ::close(done_);
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  int descriptor() const { return done_; }  ///< readable when there is an answer
  bool open() const { return answer_.valid(); }
  void ask() {
    answer_ = std::async(std::launch::async, [this] {
      TopReply reply = ask_top(place_);
      ::eventfd_write(done_, 1);
      return reply;
    });
  }
  TopReply take() {
    eventfd_t count = 0;
    ::eventfd_read(done_, &count);
    return answer_.get();
  }

 private:
  const AdminPlace& place_;
  int done_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::future<TopReply> answer_;
};

/// From the first answer to the end.
class Watch {
 public:
  Watch(TopContent first, std::chrono::nanoseconds interval, const SignalQueue& signals,
        Question& question)
      : interval_(interval),
        signals_(signals),
        question_(question),
        content_(std::move(first)),
        answered_(Clock::now()),
        due_(answered_ + interval_) {}

  /// Why it ended, when that was not wished; else empty.
  std::string run(TopScreen& screen) {
    while (!over_) {
      screen.show(top_frame(content_, state_, screen.size()));
      wait(screen);
    }
    return why_;
  }

 private:
  void take(TopContent content) {
    const auto now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - answered_).count();
    add_rates(content.tables[1], content_.tables[1], seconds);
    content_ = std::move(content);
    answered_ = now;
    failures_ = 0;
    state_.trouble.clear();
  }

  void wait(TopScreen& screen) {
    pollfd all[] = {{STDIN_FILENO, POLLIN, 0},
                    {signals_.descriptor(), POLLIN, 0},
                    {question_.descriptor(), POLLIN, 0}};
    ::poll(all, std::size(all), milliseconds_left());
    if (all[1].revents != 0) hear(screen);
    if (all[0].revents != 0) read_keys(screen);
    if (all[2].revents != 0) hear_answer();
    if (!question_.open() && !state_.paused && Clock::now() >= due_) question_.ask();
  }

  /// Until the next question; for ever while one is open or all holds still.
  int milliseconds_left() const {
    if (question_.open() || state_.paused) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_ - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, left.count()));
  }

  void hear(TopScreen& screen) {
    for (int signal = signals_.next(); signal != 0; signal = signals_.next()) {
      if (signal == SIGWINCH) {
        screen.resize();
      } else {
        over_ = true;
      }
    }
  }

  void read_keys(TopScreen& screen) {
    int waiting = 0;
    if (::ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || waiting == 0) over_ = true;  // it is gone
    while (const auto key = screen.key()) {
      if (!press(*key, content_, state_)) over_ = true;
    }
  }

  void hear_answer() {
    due_ = Clock::now() + interval_;
    TopReply reply = question_.take();
    if (auto* content = std::get_if<TopContent>(&reply)) return take(std::move(*content));
    const auto& trouble = std::get<TopTrouble>(reply);
    state_.trouble = trouble.sentence;
    if (trouble.exit == Exit::unable && ++failures_ < patient_times) return;
    why_ = trouble.sentence;
    over_ = true;
  }

  const std::chrono::nanoseconds interval_;
  const SignalQueue& signals_;
  Question& question_;
  TopContent content_;
  TopState state_;
  Clock::time_point answered_, due_;
  int failures_ = 0;
  bool over_ = false;
  std::string why_;
};

Exit fail(const TopTrouble& trouble) {
  say(trouble.sentence);
  return trouble.exit;
}

Exit watch(const AdminPlace& place, TopContent first, std::chrono::nanoseconds interval,
           bool colour) {
  const SignalQueue signals;
  Question question(place);  // may be waited for, but not by the terminal
  std::string why;
  try {
    TopScreen screen(colour);
    why = Watch(std::move(first), interval, signals, question).run(screen);
  } catch (const TerminalError& error) {
    return fail({Exit::usage, error.what()});
  }
  return why.empty() ? Exit::fine : fail({Exit::unable, why});
}

}  // namespace

Exit watch_top(const Options& options, const Environment& environment) {
  const auto interval = parse_duration(options.interval);
  if (!interval || *interval < shortest || *interval > longest)
    return fail({Exit::usage, "--interval takes a duration from 100ms to 1h, such as 2s"});
  if (!options.once && (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)) {
    return fail({Exit::usage,
                 "top wants a terminal for its input and its output; `onetrip top --once` prints "
                 "what it would show"});
  }
  const auto found = admin_place(options, environment);
  if (const auto* exit = std::get_if<Exit>(&found)) return *exit;
  const auto& place = std::get<AdminPlace>(found);
  TopReply reply = ask_top(place);
  if (const auto* trouble = std::get_if<TopTrouble>(&reply)) return fail(*trouble);
  auto& first = std::get<TopContent>(reply);
  if (!options.once)
    return watch(place, std::move(first), *interval, variable(environment, "NO_COLOR").empty());
  std::cout << top_text(first, once_rows);
  return Exit::fine;
}

}  // namespace onetrip
