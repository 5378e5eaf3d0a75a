#include "admin/server.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "admin/connection.hpp"

namespace onetrip {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

struct AdminServer::Impl {
  explicit Impl(Config settings)
      : config(std::move(settings)), acceptor(*context), pause(*context), wait(*context) {}

  void accept();
  void accepted(boost::system::error_code error, Tcp::socket socket);
  bool make_room();
  void run_later();

  Config config;
  Handle handle;
  // Shared: an answer that comes after the end is posted to it, and thrown away with it.
  std::shared_ptr<asio::io_context> context = std::make_shared<asio::io_context>(1);
  Tcp::acceptor acceptor;
  asio::steady_timer pause, wait;
  bool waits = false;
  // Shared with connections, which take themselves out and may outlive the server (see
  // connection.hpp).
  std::shared_ptr<std::vector<AdminConnection*>> connections =
      std::make_shared<std::vector<AdminConnection*>>();
  std::thread thread;

  std::mutex mutex;  ///< of what follows
  bool stopped = false;
  std::vector<std::function<void()>> later;
};

void AdminServer::Impl::accept() {
  acceptor.async_accept([this](boost::system::error_code error, Tcp::socket socket) {
    accepted(error, std::move(socket));
  });
}

void AdminServer::Impl::accepted(boost::system::error_code error, Tcp::socket socket) {
  if (error == asio::error::operation_aborted) return;
  if (error) {
    // Descriptors or memory ran out: wait, so that the loop neither ends nor spins.
    pause.expires_after(std::chrono::milliseconds(100));
    pause.async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled) accept();
    });
    return;
  }
  if (make_room()) {
    const auto made = std::make_shared<AdminConnection>(
        context, std::move(socket), config, handle,
        [all = connections](AdminConnection* gone) { std::erase(*all, gone); });
    connections->push_back(made.get());
    made->start();
  }
  accept();
}

/// A crowd of silent connections must not keep probes and scrapes out.
bool AdminServer::Impl::make_room() {
  if (connections->size() < config.max_connections) return true;
  const auto silent =
      std::min_element(connections->begin(), connections->end(), [](const auto* a, const auto* b) {
        if (a->is_silent() != b->is_silent()) return a->is_silent();
        return a->silent_since() < b->silent_since();
      });
  if (silent == connections->end() || !(*silent)->is_silent()) return false;
  (*silent)->close();
  return true;
}

AdminServer::AdminServer(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}

AdminServer::~AdminServer() {
  stop();
}

void AdminServer::open() {
  const std::string address = impl_->config.host + ":" + std::to_string(impl_->config.port);
  try {
    Tcp::resolver resolver(*impl_->context);
    const auto found = resolver.resolve(impl_->config.host, std::to_string(impl_->config.port),
                                        Tcp::resolver::passive);
    const auto ipv4 = std::find_if(found.begin(), found.end(), [](const auto& entry) {
      return entry.endpoint().address().is_v4();
    });
    const Tcp::endpoint endpoint = (ipv4 == found.end() ? found.begin() : ipv4)->endpoint();
    impl_->acceptor.open(endpoint.protocol());
    impl_->acceptor.set_option(Tcp::acceptor::reuse_address(true));
    impl_->acceptor.bind(endpoint);
    impl_->acceptor.listen();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + address +
                             " for the admin API: " + error.code().message() +
                             "; choose another address with --admin or admin.listen");
  }
}

std::uint16_t AdminServer::port() const {
  return impl_->acceptor.local_endpoint().port();
}

std::string AdminServer::address() const {
  const Tcp::endpoint endpoint = impl_->acceptor.local_endpoint();
  const std::string host = endpoint.address().to_string();
  const std::string shown = endpoint.address().is_v6() ? "[" + host + "]" : host;
  return shown + ":" + std::to_string(endpoint.port());
}

void AdminServer::start(Handle handle) {
  impl_->handle = std::move(handle);
  impl_->accept();
  impl_->thread = std::thread([impl = impl_.get()] { impl->context->run(); });
}

void AdminServer::stop() {
  impl_->context->stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  std::vector<std::function<void()>> dropped;
  const std::lock_guard lock(impl_->mutex);
  impl_->stopped = true;
  std::swap(dropped, impl_->later);
}

/// Tasks stand in a list of their own, not in the context: they may hold it, and would keep it for
/// ever.
void AdminServer::Impl::run_later() {
  if (std::exchange(waits, true)) return;
  wait.expires_after(config.later);
  wait.async_wait([this](boost::system::error_code) {
    waits = false;
    std::vector<std::function<void()>> due;
    {
      const std::lock_guard lock(mutex);
      std::swap(due, later);
    }
    for (const std::function<void()>& task : due) task();
  });
}

void AdminServer::later(std::function<void()> task) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->stopped) return;
  impl_->later.push_back(std::move(task));
  asio::post(*impl_->context, [impl = impl_.get()] { impl->run_later(); });
}

}  // namespace onetrip
