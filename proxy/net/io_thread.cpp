#include "proxy/net/io_thread.hpp"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <vector>

#include "proxy/net/relay.hpp"

namespace onetrip {
namespace {

// One thread runs the context; others only post to it.
constexpr int one_thread = 1;
// What may still be under way when everything is closed: a name that is being resolved.
constexpr auto patience_at_the_end = std::chrono::seconds(1);

}  // namespace

void AnalysisGate::put(Event& event) {
  if (event.kind == Event::Kind::execution && !open_.load(std::memory_order_relaxed)) return;
  sink_.put(event);
}

IoThread::IoThread(ProxyState& state, EventSink& sink)
    : state_(state),
      gate_(sink, state.analysis),
      buffer_(std::make_unique<std::array<std::byte, buffer_size>>()),
      context_(one_thread),
      work_(context_.get_executor()),
      patience_(context_.get_executor()) {}

IoThread::~IoThread() {
  if (!thread_.joinable()) return;
  stop();
  join();
}

void IoThread::start() {
  thread_ = std::thread([this] { context_.run(); });
  (void)::pthread_setname_np(thread_.native_handle(), "onetrip-io");
}

void IoThread::take(Fd client, const Address& address) {
  clients_.fetch_add(1, std::memory_order_relaxed);
  boost::asio::post(context_, [this, client = std::move(client), address]() mutable {
    serve(std::move(client), address);
  });
}

void IoThread::post(std::function<void()> task) {
  boost::asio::post(context_, std::move(task));
}

void IoThread::stop() {
  post([this] { close_all(); });
}

void IoThread::join() {
  thread_.join();
}

void IoThread::serve(Fd client, const Address& address) {
  counters_.connections.add(1);
  try {
    auto relay = std::make_unique<Relay>(*this, std::move(client), address);
    Relay& served = *relay;
    relays_.emplace(&served, std::move(relay));
    served.begin();
  } catch (const std::exception&) {
    counters_.faults.add(1);
    clients_.fetch_sub(1, std::memory_order_relaxed);
  }
}

void IoThread::remove(Relay& relay) {
  relays_.erase(&relay);
  clients_.fetch_sub(1, std::memory_order_relaxed);
  if (ending_ && relays_.empty()) context_.stop();
}

void IoThread::close_all() {
  ending_ = true;
  std::vector<Relay*> relays;
  relays.reserve(relays_.size());
  for (const auto& [relay, owner] : relays_) relays.push_back(relay);
  for (Relay* relay : relays) relay->stop();
  if (relays_.empty()) return context_.stop();
  patience_.expires_after(patience_at_the_end);
  patience_.async_wait([this](auto) { context_.stop(); });
}

}  // namespace onetrip
