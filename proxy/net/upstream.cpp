#include "proxy/net/upstream.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace onetrip {
namespace {

using boost::asio::ip::tcp;

Address address_of(const tcp::endpoint& endpoint) {
  const Address::Socket socket(endpoint);
  return {socket, text_of(socket)};
}

}  // namespace

Dial::Dial(boost::asio::io_context& context, Lifetime& lifetime, Stream& stream)
    : lifetime_(lifetime),
      stream_(stream),
      resolver_(context.get_executor()),
      clock_(context.get_executor()) {}

void Dial::dial(const Endpoint& endpoint, std::chrono::milliseconds patience, Done done) {
  begin(patience, std::move(done));
  if (endpoint.is_unix()) {
    const auto path = endpoint.unix_path();
    addresses_.push_back({boost::asio::local::stream_protocol::endpoint(path), path});
    return try_next();
  }
  const auto& host = endpoint.hostaddr.empty() ? endpoint.host : endpoint.hostaddr;
  boost::system::error_code not_numeric;
  const auto numeric = boost::asio::ip::make_address(host, not_numeric);
  if (not_numeric) return resolve(host, endpoint.port);
  addresses_.push_back(address_of({numeric, endpoint.port}));
  try_next();
}

void Dial::dial(const Address& address, std::chrono::milliseconds patience, Done done) {
  begin(patience, std::move(done));
  addresses_.push_back(address);
  try_next();
}

void Dial::give_up(const std::string& why) {
  if (!done_) return;
  finish({{}, failures_.empty() ? why : failures_ + "; " + why});
}

void Dial::close() {
  resolver_.cancel();
  clock_.cancel();
}

void Dial::begin(std::chrono::milliseconds patience, Done done) {
  patience_ = patience;
  done_ = std::move(done);
}

void Dial::resolve(const std::string& host, std::uint16_t port) {
  start_clock();
  lifetime_.start(
      [&](auto callback) {
        resolver_.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                                std::move(callback));
      },
      [this, attempt = attempt_](auto error, const Resolver::results_type& found) {
        if (attempt != attempt_) return;
        if (error) return finish({{}, error.message()});
        for (const auto& entry : found) addresses_.push_back(address_of(entry.endpoint()));
        try_next();
      });
}

void Dial::try_next() {
  if (next_ == addresses_.size()) return finish({{}, failures_});
  start_clock();
  stream_.connect(lifetime_, addresses_[next_].socket, [this, attempt = attempt_](auto error) {
    if (attempt == attempt_) connected_or_not(error);
  });
}

void Dial::connected_or_not(std::error_code error) {
  const Address& address = addresses_[next_++];
  if (!error && !timed_out_ && stream_.has_peer()) return finish({address, {}});
  stream_.close();
  const std::string why = timed_out_ ? "timeout expired"
                          : error    ? error.message()
                                     : "its queue of new connections is full";
  note(address.text, why);
  try_next();
}

// One clock for one attempt: a stale callback of the clock finds that the attempt has changed.
void Dial::start_clock() {
  ++attempt_;
  timed_out_ = false;
  clock_.expires_after(patience_);
  lifetime_.start([&](auto callback) { clock_.async_wait(std::move(callback)); },
                  [this, attempt = attempt_](auto error) {
                    if (error || attempt != attempt_) return;
                    // Resolving cannot be interrupted; a connect can, and then tells.
                    if (addresses_.empty()) return give_up("timeout expired");
                    timed_out_ = true;
                    stream_.close();
                  });
}

void Dial::note(const std::string& where, const std::string& why) {
  // With one address that the caller names anyway, its reason says all.
  if (addresses_.size() == 1) {
    failures_ = why;
    return;
  }
  if (!failures_.empty()) failures_ += "; ";
  failures_ += where + ": " + why;
}

void Dial::finish(const Result& result) {
  ++attempt_;
  clock_.cancel();
  const Done done = std::exchange(done_, nullptr);
  if (done) done(result);
}

}  // namespace onetrip
