#include "proxy/net/resolver.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "proxy/net/patience.hpp"

namespace onetrip {

using boost::asio::ip::tcp;

Lookup look_up(const std::string& host, std::uint16_t port) {
  Lookup result;
  try {
    boost::asio::io_context context;
    for (const auto& found : tcp::resolver(context).resolve(host, std::to_string(port))) {
      const Address::Socket socket(found.endpoint());
      result.addresses.push_back({socket, text_of(socket)});
    }
    if (result.addresses.empty()) result.failure = "its name has no address";
  } catch (const boost::system::system_error& error) {
    result.failure = error.code().message();
  } catch (const std::exception& error) {
    result.failure = error.what();
  }
  return result;
}

struct Resolver::Asked {
  EventLoop& loop;
  std::weak_ptr<void> asking;
  Answer answer;
};

struct Resolver::Lookups {
  using Name = std::pair<std::string, std::uint16_t>;

  std::mutex mutex;
  bool closed = false;
  std::map<Name, std::vector<Asked>> waiting;

  void answer(const Name& name, const Lookup& result) {
    const std::lock_guard lock(mutex);
    auto asked = waiting.extract(name);
    if (closed || asked.empty()) return;
    for (Asked& one : asked.mapped()) post(one, result);
  }

  // Who cannot be answered for want of memory waits until its limit, and no thread ends.
  static void post(Asked& one, const Lookup& result) noexcept try {
    one.loop.post([result, asking = one.asking, answer = std::move(one.answer)] {
      if (const auto alive = asking.lock()) answer(result);
    });
  } catch (const std::exception&) {
  }
};

Resolver::Resolver() : lookups_(std::make_shared<Lookups>()) {}

Resolver::~Resolver() {
  close();
}

void Resolver::close() {
  const std::lock_guard lock(lookups_->mutex);
  lookups_->closed = true;
  lookups_->waiting.clear();
}

void Resolver::resolve(const std::string& host, std::uint16_t port, EventLoop& loop,
                       std::weak_ptr<void> asking, Answer answer) {
  const Lookups::Name name{host, port};
  {
    const std::lock_guard lock(lookups_->mutex);
    auto& asked = lookups_->waiting[name];
    asked.push_back({loop, std::move(asking), std::move(answer)});
    if (asked.size() > 1) return;
  }
  try {
    std::thread([lookups = lookups_, name] {
      be_prompt();
      lookups->answer(name, look_up(name.first, name.second));
    }).detach();
  } catch (const std::system_error& error) {
    lookups_->answer(name, {{}, error.code().message()});
  } catch (const std::exception& error) {
    lookups_->answer(name, {{}, error.what()});
  }
}

}  // namespace onetrip
