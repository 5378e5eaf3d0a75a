#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/session/session.hpp"
#include "proxy/wire/framer.hpp"

namespace onetrip {

/// Reads what the client says: a Framer's Reader that puts operations into the pipeline. Messages
/// beyond a limit are read in pieces.
class Requests {
 public:
  explicit Requests(Session& session);
  ~Requests();

  Wish wish(MessageHeader header);
  void prefix(MessageHeader header, Bytes kept);
  void piece(MessageHeader header, Bytes bytes);
  /// False: no client sends this, or it cannot be counted.
  bool message(MessageHeader header, Bytes body);

  /// Whether the pipeline had no room since the last call: the session counts now.
  bool take_overflow() { return std::exchange(overflowed_, false); }
  void forget();
  std::size_t footprint() const;

 private:
  struct LongText;
  struct LongBind;

  Wish wish_untold(char type) const;
  bool count(char type);
  void forget_name(char type, Bytes body);
  void forget_name(const Operation& operation);
  void end_long_message();
  bool whole_message(char type, Bytes body);
  void query(Bytes body);
  void parse(Bytes body);
  void bind(Bytes body);
  void add_text(Operation& operation, std::string_view text, std::uint64_t hash);
  void add(Operation::Kind kind, std::string_view name = {});
  void add(Operation& operation);
  void overflow(const Operation& operation);

  Session& session_;
  std::unique_ptr<LongText> long_text_;
  std::unique_ptr<LongBind> long_bind_;
  bool overflowed_ = false;
  bool uncounted_ = false;
  bool untold_ = false;  // the message being read began while paused
};

}  // namespace onetrip
