#include "proxy/net/io_thread.hpp"

#include <pthread.h>

#include "proxy/net/relay.hpp"

namespace onetrip {
ProxyState::ProxyState(ProxyConfig proxy_config, const ValueHasher& value_hasher, Clock monotonic)
    : config(std::move(proxy_config)),
      hasher(value_hasher),
      clock(std::move(monotonic)),
      sample(config.sample) {
  reload_tls();
}

void ProxyState::reload_tls() {
  Tls listen, upstream;
  if (config.listen_tls.mode != TlsListenConfig::Mode::off) {
    listen = TlsContext::for_clients(config.listen_tls);
  }
  if (config.upstream_tls.mode != TlsUpstreamConfig::Mode::disable) {
    upstream = TlsContext::for_upstream(config.upstream_tls);
  }
  const std::lock_guard lock(mutex_);
  listen_tls_ = std::move(listen);
  upstream_tls_ = std::move(upstream);
}

ProxyState::Tls ProxyState::listen_tls() const {
  const std::lock_guard lock(mutex_);
  return listen_tls_;
}

ProxyState::Tls ProxyState::upstream_tls() const {
  const std::lock_guard lock(mutex_);
  return upstream_tls_;
}

// Multiples of the golden ratio spread evenly: of any few sessions in a row, about the share.
bool ProxyState::is_sampled(SessionId session) const {
  constexpr double golden_ratio = 0.618033988749894848;
  const double place = static_cast<double>(session) * golden_ratio;
  return place - static_cast<double>(static_cast<std::uint64_t>(place)) <
         sample.load(std::memory_order_relaxed);
}

IoThread::IoThread(ProxyState& state, EventSink& sink)
    : state_(state),
      journal_(sink, state.config.journal_bytes),
      buffer_(std::make_unique<std::array<std::byte, buffer_size>>()),
      loop_(state.config.batch_from) {}

IoThread::~IoThread() {
  if (!thread_.joinable()) return;
  stop();
  join();
}

void IoThread::start() {
  thread_ = std::thread([this] { loop_.run([this] { after_turn(); }); });
  (void)::pthread_setname_np(thread_.native_handle(), "onetrip-io");
}

void IoThread::take(Fd client, const Address& address) {
  clients_.fetch_add(1, std::memory_order_relaxed);
  if (std::this_thread::get_id() == thread_.get_id()) return serve(std::move(client), address);
  // A std::function is copied, a descriptor is not; so it travels as a number.
  loop_.post([this, number = client.release(), address] { serve(Fd(number), address); });
}

void IoThread::check_certificate() {
  post([this] {
    if (ending_) return;
    // What is under way may have events in this turn, and began with the old certificate.
    check_again_ = check_ != nullptr;
    if (check_again_) return;
    try {
      check_ = std::make_unique<CertificateCheck>(loop_, state_);
    } catch (const std::exception&) {
      return counters_.faults.add(1);  // the first session looks instead
    }
    check_->begin();
  });
}

void IoThread::post(std::function<void()> task) {
  loop_.post(std::move(task));
}

void IoThread::stop() {
  post([this] { close_all(); });
}

void IoThread::join() {
  thread_.join();
  journal_.end();
}

void IoThread::serve(Fd client, const Address& address) {
  counters_.connections.add(1);
  try {
    relays_.push_front(std::make_unique<Relay>(*this, std::move(client), address));
    Relay& served = *relays_.front();
    served.place = relays_.begin();
    if (ending_) return served.stop();
    served.begin();
  } catch (const std::exception&) {
    counters_.faults.add(1);
    clients_.fetch_sub(1, std::memory_order_relaxed);
  }
}

Time IoThread::now() {
  if (turn_ != loop_.turn()) {
    turn_ = loop_.turn();
    now_ = state_.clock();
  }
  return now_;
}

void IoThread::remove(Relay& relay) {
  closed_.splice(closed_.begin(), relays_, relay.place);
}

void IoThread::after_turn() {
  counters_.overhead.turn_ended();
  patience_.turn_ended();
  if (!closed_.empty()) {
    clients_.fetch_sub(closed_.size(), std::memory_order_relaxed);
    closed_.clear();
  }
  if (check_ && check_->is_over()) {
    check_.reset();
    if (check_again_) check_certificate();
  }
  if (ending_ && relays_.empty()) loop_.stop();
}

void IoThread::close_all() {
  ending_ = true;
  check_.reset();
  while (!relays_.empty()) relays_.front()->stop();
}

}  // namespace onetrip
