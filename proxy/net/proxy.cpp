#include "proxy/net/proxy.hpp"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <thread>

#include "proxy/net/io_thread.hpp"
#include "proxy/net/listener.hpp"

namespace onetrip {

// Connections are accepted on the first I/O thread and handed to the one with the fewest clients.
// SO_REUSEPORT would spare the hand-over, once per connection, but spreads by a hash: the few
// long-lived connections of a pool may then all meet on one thread. Unix sockets have no such
// thing, and a listener that closes loses what waits in its own queue.
struct Proxy::Impl {
  Impl(ProxyConfig config, const ValueHasher& hasher, const std::vector<EventSink*>& sinks,
       Clock clock)
      : state(std::move(config), hasher, std::move(clock)) {
    assert(!sinks.empty());
    for (EventSink* sink : sinks) threads.push_back(std::make_unique<IoThread>(state, *sink));
  }

  IoThread& least_loaded() {
    return **std::min_element(threads.begin(), threads.end(), [](const auto& a, const auto& b) {
      return a->clients() < b->clients();
    });
  }

  std::size_t clients() const {
    std::size_t sum = 0;
    for (const auto& thread : threads) sum += thread->clients();
    return sum;
  }

  void listen(ListeningSocket socket) {
    listening.push_back(socket.address());
    auto& first = *threads.front();
    listeners.push_back(std::make_unique<Listener>(
        first.loop(), std::move(socket), state.config.keepalive,
        [this](Fd fd, const Address& client) { least_loaded().take(std::move(fd), client); },
        first.counters(), state.notices, state.clock));
  }

  ProxyState state;
  std::vector<std::unique_ptr<IoThread>> threads;
  std::vector<std::unique_ptr<Listener>> listeners;  // end before the threads, whose loops they use
  std::vector<Address> listening;
  std::atomic<bool> running{false};
};

Proxy::Proxy(ProxyConfig config, const ValueHasher& hasher, const std::vector<EventSink*>& sinks,
             Clock clock)
    : impl_(std::make_unique<Impl>(std::move(config), hasher, sinks, std::move(clock))) {}

Proxy::~Proxy() {
  stop();
}

void Proxy::start() {
  for (const auto& endpoint : impl_->state.config.listen) {
    for (auto& socket : bind(endpoint)) impl_->listen(std::move(socket));
  }
  impl_->state.notices.opened(impl_->listening, impl_->state.config.upstream);
  for (const auto& thread : impl_->threads) thread->start();
  impl_->running = true;
  impl_->threads.front()->post([this] {
    for (const auto& listener : impl_->listeners) listener->start();
  });
  impl_->threads.front()->check_certificate();
}

void Proxy::stop_accepting() {
  if (!impl_->running || impl_->state.draining.exchange(true)) return;
  impl_->threads.front()->post([this] {
    for (const auto& listener : impl_->listeners) listener->stop();
  });
}

bool Proxy::drain(std::chrono::milliseconds limit) {
  constexpr auto between_looks = std::chrono::milliseconds(5);
  stop_accepting();
  const auto end = std::chrono::steady_clock::now() + limit;
  while (impl_->clients() != 0 && impl_->running && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(between_looks);
  }
  return impl_->clients() == 0;
}

void Proxy::stop() {
  stop_accepting();
  if (!impl_->running.exchange(false)) return;
  impl_->state.resolver.close();
  for (const auto& thread : impl_->threads) thread->stop();
  for (const auto& thread : impl_->threads) thread->join();
}

void Proxy::set_analysis(bool on) {
  impl_->state.analysis = on;
}

bool Proxy::analysis() const {
  return impl_->state.analysis;
}

void Proxy::set_sample(double share) {
  impl_->state.sample = share;
}

void Proxy::reload_tls() {
  impl_->state.reload_tls();
  impl_->state.notices.certificates_changed();
  if (impl_->running) impl_->threads.front()->check_certificate();
}

const std::vector<Address>& Proxy::listening() const {
  return impl_->listening;
}

Totals Proxy::totals() const {
  Totals totals;
  for (const auto& thread : impl_->threads) {
    const Counters& counters = thread->counters();
    totals.connections += counters.connections.get();
    totals.cancels += counters.cancels.get();
    totals.bytes_from_client += counters.bytes_from_client.get();
    totals.bytes_from_server += counters.bytes_from_server.get();
    totals.accept_errors += counters.accept_errors.get();
    totals.faults += counters.faults.get();
    for (std::size_t i = 0; i < startup_failures; ++i) {
      totals.failures[i] += counters.failures[i].get();
    }
    for (std::size_t i = 0; i < totals.overhead.size(); ++i) {
      totals.overhead[i] += counters.overhead.counts[i].get();
    }
    totals.overhead_ns += counters.overhead.sum_ns.get();
  }
  totals.clients = impl_->clients();
  totals.upstream_up = impl_->state.notices.upstream_up();
  return totals;
}

}  // namespace onetrip
