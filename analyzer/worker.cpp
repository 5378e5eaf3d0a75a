#include "analyzer/worker.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <utility>

namespace onetrip {

namespace {

constexpr std::size_t stack_size = 64U << 20;  // libpg_query's parser recurses
constexpr Time longest_flush = std::chrono::seconds(30);
constexpr int turns_before_rest = 5;

using Question = std::packaged_task<void(Engine&, Time)>;

struct Flush {
  std::promise<void> done;
  std::optional<Time> since;  ///< first try
};

}  // namespace

struct Worker::Impl {
  Impl(Config the_config, std::size_t count, std::function<std::unique_ptr<Engine>()> the_make,
       Clock the_clock);
  ~Impl();

  static void* enter(void* self);
  void start();
  void run();
  void wait();
  bool may_rest();
  void wake();
  bool turn();
  void drain();
  void answer(std::vector<Question>& asked);
  void try_flushes();
  void end();

  /// Of all rings.
  template <class Number>
  Number sum(Number (EventRing::*number)() const) const {
    Number out = 0;
    for (const auto& ring : rings) out += (*ring.*number)();
    return out;
  }

  const Config config;
  const std::function<std::unique_ptr<Engine>()> make;
  const Clock clock;
  std::vector<std::unique_ptr<EventRing>> rings;
  std::atomic<std::uint64_t> failures{0};

  std::atomic<bool> resting{false};
  std::atomic<bool> awake{false};  ///< set by wake(), so that only the first of many locks
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Question> questions;  // under mutex
  std::vector<Flush> flushes;       // under mutex
  bool stopping = false;            // under mutex

  std::promise<bool> started;  ///< whether there is an engine
  std::exception_ptr failure;  ///< why there is none
  pthread_t thread{};

  // The worker's own.
  std::unique_ptr<Engine> engine;
  std::vector<Flush> waiting;
  int quiet_turns = 0;  ///< since something came
};

Worker::Impl::Impl(Config the_config, std::size_t count,
                   std::function<std::unique_ptr<Engine>()> the_make, Clock the_clock)
    : config(the_config), make(std::move(the_make)), clock(std::move(the_clock)) {
  for (std::size_t i = 0; i < count; ++i) {
    rings.push_back(
        std::make_unique<EventRing>(config.ring_slots, config.ring_bytes, [this] { wake(); }));
  }
  start();
}

void Worker::Impl::start() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size);
  const int error = pthread_create(&thread, &attributes, &Impl::enter, this);
  pthread_attr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category(), "analysis thread");
  if (started.get_future().get()) return;
  pthread_join(thread, nullptr);
  std::rethrow_exception(std::move(failure));
}

Worker::Impl::~Impl() {
  {
    const std::lock_guard lock(mutex);
    stopping = true;
  }
  wake();
  pthread_join(thread, nullptr);
}

/// Analysis does not push aside a thread that forwards, nor an application (sched(7): SCHED_BATCH,
/// and a nice value, which Linux keeps for each thread). An administrator's choice stands.
void stand_back() {
  constexpr int kindness = 5;
  int policy = SCHED_OTHER;
  sched_param parameters{};
  if (::pthread_getschedparam(::pthread_self(), &policy, &parameters) != 0) return;
  if (policy != SCHED_OTHER) return;
  (void)::pthread_setschedparam(::pthread_self(), SCHED_BATCH, &parameters);
  (void)::setpriority(PRIO_PROCESS, 0, kindness);
}

void* Worker::Impl::enter(void* self) {
  stand_back();
  static_cast<Impl*>(self)->run();
  return nullptr;
}

void Worker::Impl::run() {
  try {
    engine = make();
  } catch (...) {
    failure = std::current_exception();
    started.set_value(false);
    return;
  }
  started.set_value(true);
  while (turn()) wait();
  end();
}

// Taken out before the rings are drained, so that all that was put before a question is taken.
bool Worker::Impl::turn() {
  std::vector<Question> asked;
  bool last = false;
  {
    const std::lock_guard lock(mutex);
    asked.swap(questions);
    for (Flush& flush : flushes) waiting.push_back(std::move(flush));
    flushes.clear();
    last = stopping;
  }
  drain();
  answer(asked);
  try_flushes();
  return !last;
}

void Worker::Impl::wait() {
  const bool rests = may_rest();
  const std::optional<Time> due = rests ? engine->next_due() : std::nullopt;
  const auto woken = [this] { return awake.load(); };
  {
    std::unique_lock lock(mutex);
    resting = rests;
    if (!rests) {
      changed.wait_for(lock, config.interval, woken);
    } else if (due) {
      changed.wait_for(lock, std::max<Time>(*due - clock(), config.interval), woken);
    } else {
      changed.wait(lock, woken);
    }
    resting = false;
    awake.exchange(false);
  }
  if (rests) {
    for (const auto& ring : rings) ring->stop_resting();
  }
}

// After some turns for nothing. The next event wakes the worker then, which costs the thread that
// puts it some microseconds: too much for each, and nothing for one in a pause.
bool Worker::Impl::may_rest() {
  if (quiet_turns < turns_before_rest || !waiting.empty()) return false;
  bool quiet = true;
  for (const auto& ring : rings) quiet = ring->rest() && quiet;
  if (quiet) return true;
  for (const auto& ring : rings) ring->stop_resting();
  return false;
}

void Worker::Impl::wake() {
  if (awake.exchange(true)) return;
  // Between the worker's look at `awake` and its sleep, it holds the mutex.
  { const std::lock_guard lock(mutex); }
  changed.notify_one();
}

void Worker::Impl::drain() {
  const auto take = [this](Event& event) {
    try {
      engine->take(event);
    } catch (const std::exception&) {
      ++failures;
    }
    event.execution.wipe();
  };
  bool any = false;
  const auto expect = [this](const Event& next, int ahead) { engine->expect(next, ahead); };
  for (const auto& ring : rings) any = ring->drain(take, expect) || any;
  quiet_turns = any ? 0 : quiet_turns + 1;
  try {
    engine->tick(clock());
  } catch (const std::exception&) {
    ++failures;
  }
}

void Worker::Impl::answer(std::vector<Question>& asked) {
  for (Question& waiting_one : asked) {
    // Gone, with what it holds, before the next one is answered.
    Question question = std::move(waiting_one);
    question(*engine, clock());
  }
}

void Worker::Impl::try_flushes() {
  if (waiting.empty()) return;
  const Time now = clock();
  bool all = false;
  try {
    all = engine->flush(now);
  } catch (const std::exception&) {
    ++failures;
    all = true;
  }
  std::erase_if(waiting, [&](Flush& flush) {
    if (!flush.since) flush.since = now;
    if (!all && now - *flush.since < longest_flush) return false;
    flush.done.set_value();
    return true;
  });
}

// Whoever still asks is answered before the engine is gone.
void Worker::Impl::end() {
  try {
    engine->shut_down(clock());
  } catch (const std::exception&) {
    ++failures;
  }
  std::vector<Question> asked;
  {
    const std::lock_guard lock(mutex);
    asked.swap(questions);
    for (Flush& flush : flushes) waiting.push_back(std::move(flush));
    flushes.clear();
  }
  answer(asked);
  for (Flush& flush : waiting) flush.done.set_value();
  waiting.clear();
  engine.reset();
}

Worker::Worker(Config config, std::size_t rings, std::function<std::unique_ptr<Engine>()> make,
               Clock clock)
    : impl_(std::make_unique<Impl>(config, rings, std::move(make), std::move(clock))) {}

Worker::~Worker() = default;

EventRing& Worker::ring(std::size_t io_thread) {
  return *impl_->rings.at(io_thread);
}

std::future<void> Worker::ask(std::function<void(Engine&, Time)> question) {
  Question asked(std::move(question));
  std::future<void> answer = asked.get_future();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->questions.push_back(std::move(asked));
  }
  impl_->wake();
  return answer;
}

void Worker::flush() {
  Flush flush;
  std::future<void> done = flush.done.get_future();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->flushes.push_back(std::move(flush));
  }
  impl_->wake();
  done.get();
}

std::uint64_t Worker::dropped() const {
  return impl_->sum(&EventRing::dropped);
}

std::uint64_t Worker::failures() const {
  return impl_->failures.load();
}

bool Worker::rests() const {
  return impl_->resting.load();
}

std::size_t Worker::depth() const {
  return impl_->sum(&EventRing::depth);
}

std::size_t Worker::waiting() const {
  return impl_->sum(&EventRing::waiting);
}

std::size_t Worker::capacity() const {
  return impl_->sum(&EventRing::capacity);
}

}  // namespace onetrip
