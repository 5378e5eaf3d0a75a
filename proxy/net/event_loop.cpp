#include "proxy/net/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "analyzer/prefetch.hpp"

namespace onetrip {
namespace {

constexpr std::uint32_t always = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

epoll_event event_of(EventLoop::Watcher& watcher, EventLoop::Want want) {
  epoll_event event{};
  event.events = want == EventLoop::Want::room ? always | EPOLLOUT : always;
  event.data.ptr = &watcher;
  return event;
}

EventLoop::Readiness readiness(std::uint32_t events) {
  EventLoop::Readiness what;
  what.lost = (events & (EPOLLERR | EPOLLHUP)) != 0;
  what.ended = what.lost || (events & EPOLLRDHUP) != 0;
  what.urgent = (events & EPOLLPRI) != 0;
  what.readable = what.ended || what.urgent || (events & EPOLLIN) != 0;
  what.writable = what.lost || (events & EPOLLOUT) != 0;
  return what;
}

}  // namespace

EventLoop::EventLoop(std::size_t batch_from)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      sends_(batch_from) {
  if (!epoll_) fail("epoll_create1");
  if (!wake_) fail("eventfd");
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = this;  // no watcher has this address
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) fail("epoll_ctl");
}

bool EventLoop::watch(int fd, Watcher& watcher, Want want) {
  epoll_event event = event_of(watcher, want);
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::want_write(int fd, Watcher& watcher, Want want) {
  epoll_event event = event_of(watcher, want);
  // It fails only for a descriptor that is not watched.
  (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void EventLoop::again(Watcher& watcher) {
  if (std::find(again_.begin(), again_.end(), &watcher) == again_.end()) again_.push_back(&watcher);
}

void EventLoop::forget(Watcher& watcher) {
  std::replace(again_.begin(), again_.end(), &watcher, static_cast<Watcher*>(nullptr));
  std::replace(telling_.begin(), telling_.end(), &watcher, static_cast<Watcher*>(nullptr));
  for (auto& told : told_) {
    if (told.watcher == &watcher) told.watcher = nullptr;
  }
}

void EventLoop::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake();
}

void EventLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
}

void EventLoop::wake() {
  // Full is as good as written: the loop wakes.
  (void)::eventfd_write(wake_.get(), 1);
}

void EventLoop::run(const std::function<void()>& after_turn) {
  sends_.open();
  bool goes_on = true;
  while (goes_on) {
    wait();
    sends_.begin(told_.size() + again_.size());
    tell();
    run_again();
    sends_.end();
    if (!timers_.empty()) run_timers();
    if (woken_) goes_on = run_tasks();
    after_turn();
  }
}

// Fills told_ with what became ready.
void EventLoop::wait() {
  std::array<epoll_event, most_events> events;
  const int most = sends_.is_open() ? most_events : events_without_batch;
  const int count = ::epoll_wait(epoll_.get(), events.data(), most, timeout());
  ++turn_;
  told_.clear();
  woken_ = false;
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == this) {
      woken_ = true;
    } else {
      told_.push_back({static_cast<Watcher*>(event.data.ptr), readiness(event.events)});
    }
  }
}

// Of many sessions each has left the caches since it was told last: two ahead a watcher's memory is
// asked for, and that which lies around it.
void EventLoop::expect(std::size_t place) {
  constexpr std::ptrdiff_t before = 128;
  constexpr std::size_t around = 896;
  if (place < told_.size() && told_[place].watcher != nullptr)
    prefetch(reinterpret_cast<const std::byte*>(told_[place].watcher) - before, around);
}

void EventLoop::tell() {
  // forget() may take the watcher out of an entry that is still to come.
  for (std::size_t i = 0; i < told_.size(); ++i) {
    expect(i + 2);
    if (told_[i].watcher != nullptr) told_[i].watcher->ready(told_[i].what);
  }
  told_.clear();
}

// Milliseconds until the next timer, rounded up; -1: none.
int EventLoop::timeout() const {
  if (!again_.empty()) return 0;
  if (timers_.empty()) return -1;
  const auto rest =
      std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now()).count();
  constexpr std::int64_t longest = 3'600'000;
  return static_cast<int>(std::clamp<std::int64_t>(rest, 0, longest));
}

void EventLoop::run_again() {
  if (again_.empty()) return;
  telling_.swap(again_);
  for (std::size_t i = 0; i < telling_.size(); ++i) {
    if (telling_[i] != nullptr) telling_[i]->ready({});
  }
  telling_.clear();
}

void EventLoop::run_timers() {
  const auto now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    Timer& timer = *timers_.begin()->second;
    timer.disarm();
    timer.then_();
  }
}

// False when it is time to end.
bool EventLoop::run_tasks() {
  eventfd_t ignored = 0;
  (void)::eventfd_read(wake_.get(), &ignored);
  std::vector<std::function<void()>> tasks;
  bool ends = false;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
    ends = stopping_;
  }
  for (const auto& task : tasks) task();
  return !ends;
}

void EventLoop::Timer::arm(std::chrono::milliseconds after) {
  disarm();
  at_ = Clock::now() + after;
  loop_.timers_.emplace(at_, this);
  armed_ = true;
}

void EventLoop::Timer::disarm() {
  if (!armed_) return;
  loop_.timers_.erase({at_, this});
  armed_ = false;
}

}  // namespace onetrip
