#include "proxy/net/dial.hpp"

#include <cerrno>

namespace onetrip {

Dial::Step Dial::begin(std::vector<Address> addresses) {
  addresses_ = std::move(addresses);
  next_ = 0;
  failure_.clear();
  return try_next();
}

Dial::Step Dial::try_next() {
  while (next_ < addresses_.size()) {
    const std::error_code error = socket_.connect(addresses_[next_++].socket);
    if (!error) return Step::connected;
    if (error.value() == EINPROGRESS) return Step::connecting;
    // A Unix socket answers so, where a TCP connect would wait.
    note(error.value() == EAGAIN ? "its queue of new connections is full" : error.message());
  }
  socket_.close();
  return Step::failed;
}

Dial::Step Dial::on_ready() {
  const std::error_code error = socket_.take_error();
  if (!error && socket_.has_peer()) return Step::connected;
  if (!error) return Step::connecting;
  note(error.message());
  return try_next();
}

Dial::Step Dial::give_up(const std::string& why) {
  note(why);
  return try_next();
}

// With one address, which the caller names anyway, its reason says all.
void Dial::note(const std::string& why) {
  if (!failure_.empty()) failure_ += "; ";
  failure_ += addresses_.size() == 1 ? why : addresses_[next_ - 1].text + ": " + why;
}

}  // namespace onetrip
