#include "analyzer/sinks/history.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace onetrip {
namespace {

using Clock = std::chrono::steady_clock;
using State = Vitals::Store::State;

constexpr auto pause = std::chrono::seconds(2);  // after a failure
constexpr auto tidy_interval = std::chrono::minutes(10);
constexpr std::size_t most_minutes = 10;  // that wait to be written

std::int64_t unix_now_ms() {
  return std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
}

/// "20260131T120000Z"
std::string stamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts)};
}

/// What it means and how to mend it.
std::string sentence(HistoryFault fault, const std::string& path, const std::string& why) {
  const std::string file = "store.path " + path;
  switch (fault) {
    case HistoryFault::full:
      return "no history is kept for now: there is no room for " + file + " (" + why +
             "). Make room on its disk, or set store.max_size to what it has";
    case HistoryFault::damaged:
      return "no history is kept for now: " + file + " is damaged (" + why +
             ") and could not be moved aside: move it yourself";
    case HistoryFault::busy:
      return "no history is kept for now: another process has " + file +
             " open. Give each onetrip a file of its own";
    case HistoryFault::newer:
      return "no history is kept: " + file + " was written by a newer onetrip (" + why +
             "). It is left as it is: run that version, or name another file";
    case HistoryFault::foreign:
      return "no history is kept: " + file + " is not onetrip's (" + why +
             "). It is left as it is: name another file";
    case HistoryFault::other:
      break;
  }
  return "no history is kept for now: " + file + " cannot be used: " + why +
         ". Its folder must be there, and this user must be allowed to write in it";
}

}  // namespace

struct History::Impl {
  struct Question {
    std::string fingerprint;
    std::size_t most;
    Answer answer;
  };

  explicit Impl(Config the_config) : config(std::move(the_config)) {}

  void run();
  bool wait(HistoryBatch& batch, std::vector<Question>& asked);
  void attempt(HistoryBatch batch);
  void open();
  void tidy();
  void answer(const std::vector<Question>& asked);
  bool broke(const HistoryError& error);
  bool move_aside(const std::string& why);
  void put_back(HistoryBatch batch);
  void bound();
  void wrote();

  const Config config;
  std::thread thread;

  // The history's own thread.
  std::optional<HistoryFile> file;
  Clock::time_point next_try{}, next_tidy{};
  bool restored = false;
  std::uint64_t writes = 0;
  std::optional<HistoryFault> said;

  mutable std::mutex mutex;  ///< of what follows
  std::condition_variable changed;
  HistoryBatch pending;
  std::vector<Question> questions;
  bool stopping = false;
  Vitals::Store figures;

  std::mutex telling;  ///< of what follows; held while it is called
  Opened opened;
};

void History::Impl::run() {
  bool last = false;
  while (!last) {
    HistoryBatch batch;
    std::vector<Question> asked;
    last = wait(batch, asked);
    if (last || Clock::now() >= next_try) {
      attempt(std::move(batch));
    } else {
      put_back(std::move(batch));
    }
    answer(asked);
  }
}

/// Until there is something to do, and may be tried; true: it is the last.
bool History::Impl::wait(HistoryBatch& batch, std::vector<Question>& asked) {
  std::unique_lock lock(mutex);
  const auto urgent = [this] { return stopping || !questions.empty(); };
  const bool refused = figures.state == State::refused;
  const bool waits = !refused && (!file || Clock::now() < next_try);
  if (waits) {
    changed.wait_until(lock, next_try, urgent);
  } else {
    changed.wait(lock, [&] { return urgent() || !pending.empty(); });
  }
  batch = std::exchange(pending, {});
  asked = std::exchange(questions, {});
  return stopping;
}

/// Opens the file, when it is not, and writes; what fails is put back.
void History::Impl::attempt(HistoryBatch batch) {
  for (const bool again : {true, false}) {
    try {
      if (!file) open();
      if (!file) return;
      if (!batch.empty()) {
        file->write(batch);
        ++writes;
      }
      tidy();
      return wrote();
    } catch (const HistoryError& error) {
      if (broke(error) && again) continue;
    } catch (const std::exception& error) {  // no memory, and the like
      broke({HistoryFault::other, error.what()});
    }
    return put_back(std::move(batch));
  }
}

void History::Impl::open() {
  {
    const std::lock_guard lock(mutex);
    if (figures.state == State::refused) return;
  }
  file.emplace(config.path, config.max_bytes);
  const bool made = file->made();
  std::vector<Finding> found;
  if (!restored) {
    file->forget_before(unix_now_ms() - config.max_age / std::chrono::milliseconds(1));
    found = file->findings(config.max_findings);
    restored = true;
    spdlog::info("history is kept in {}; findings of before: {}", config.path, found.size());
  }
  const std::lock_guard lock(telling);
  if (opened) opened(found, made);
}

void History::Impl::tidy() {
  if (Clock::now() < next_tidy) return;
  next_tidy = Clock::now() + tidy_interval;
  file->forget_before(unix_now_ms() - config.max_age / std::chrono::milliseconds(1));
}

void History::Impl::wrote() {
  const std::uint64_t bytes = file->bytes();
  if (std::exchange(said, std::nullopt)) spdlog::info("history is kept again in {}", config.path);
  const std::lock_guard lock(mutex);
  figures.state = State::kept;
  figures.why.clear();
  figures.bytes = bytes;
  figures.writes = writes;
}

void History::Impl::answer(const std::vector<Question>& asked) {
  for (const Question& question : asked) {
    StatementHistory past;
    try {
      if (file) past = file->statement(question.fingerprint, question.most);
    } catch (const HistoryError& error) {
      broke(error);
    } catch (const std::exception& error) {
      broke({HistoryFault::other, error.what()});
    }
    question.answer(past);
  }
}

/// Closes the file, counts and says why; true when a new one may be begun at once.
bool History::Impl::broke(const HistoryError& error) {
  file.reset();
  const HistoryFault fault = error.fault();
  const bool aside = fault == HistoryFault::damaged && move_aside(error.what());
  const bool refused = fault == HistoryFault::newer || fault == HistoryFault::foreign;
  const std::string why = sentence(fault, config.path, error.what());
  next_try = aside ? Clock::now() : Clock::now() + pause;
  if (!aside && said != fault) spdlog::warn("{}", why);
  if (!aside) said = fault;
  const std::lock_guard lock(mutex);
  ++figures.failures[std::string(to_string(fault))];
  figures.state = refused ? State::refused : aside ? State::opening : State::failing;
  figures.why = why;
  return aside;
}

bool History::Impl::move_aside(const std::string& why) {
  const std::string to = config.path + ".damaged-" + stamp();
  if (std::rename(config.path.c_str(), to.c_str()) != 0) return false;
  std::rename((config.path + "-wal").c_str(), (to + "-wal").c_str());
  spdlog::warn(
      "store.path {} is damaged ({}): it was moved to {}, and a new history is begun. What can be "
      "saved of it: sqlite3 {} .recover",
      config.path, why, to, to);
  return true;
}

/// What came meanwhile is newer.
void History::Impl::put_back(HistoryBatch batch) {
  const std::lock_guard lock(mutex);
  if (pending.forget) return;
  pending.forget = batch.forget;
  pending.findings.merge(std::move(batch.findings));
  for (auto minute = batch.minutes.rbegin(); minute != batch.minutes.rend(); ++minute)
    pending.minutes.push_front(std::move(*minute));
  bound();
}

/// Of what waits; under the mutex.
void History::Impl::bound() {
  while (pending.minutes.size() > most_minutes) {
    figures.lost += pending.minutes.front().rows.size();
    pending.minutes.pop_front();
  }
  while (pending.findings.size() > config.max_findings) {
    ++figures.lost;
    pending.findings.erase(pending.findings.begin());
  }
}

History::History(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {
  impl_->figures.state = State::opening;
  impl_->figures.path = impl_->config.path;
  for (int fault = 0; fault <= static_cast<int>(HistoryFault::other); ++fault)
    impl_->figures.failures[std::string(to_string(static_cast<HistoryFault>(fault)))] = 0;
}

History::~History() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_one();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void History::start(Opened opened) {
  impl_->opened = std::move(opened);
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

void History::stop_telling() {
  const std::lock_guard lock(impl_->telling);
  impl_->opened = nullptr;
}

void History::findings(std::vector<Finding> changed) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->figures.state == State::refused) return;
    for (Finding& finding : changed) {
      const std::string id = finding.id;
      impl_->pending.findings.insert_or_assign(id, std::move(finding));
    }
    impl_->bound();
  }
  impl_->changed.notify_one();
}

void History::minute(ProfiledMinute minute) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->figures.state == State::refused) return;
    impl_->pending.minutes.push_back(std::move(minute));
    impl_->bound();
  }
  impl_->changed.notify_one();
}

void History::forget() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->pending = {};
    impl_->pending.forget = true;
  }
  impl_->changed.notify_one();
}

void History::read(const std::string& fingerprint, std::size_t most, Answer answer) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->questions.push_back({fingerprint, most, std::move(answer)});
  }
  impl_->changed.notify_one();
}

Vitals::Store History::vitals() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->figures;
}

}  // namespace onetrip
