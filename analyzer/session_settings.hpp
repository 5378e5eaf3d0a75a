#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/statement_cache.hpp"

namespace onetrip {

/// What a session was told by SET, set_config and RESET, as far as windows need it: the id of its
/// request in a custom setting (`app.request_id`), `onetrip.request` and `onetrip.label`; and that
/// something was set which decides what a statement's text reads.
class SessionSettings {
 public:
  /// Takes a statement that sets or resets something; others are let pass.
  void apply(const Execution& execution, const Resolved& resolved, bool in_transaction);
  /// RESET ALL, DISCARD ALL.
  void reset_all();
  /// Takes back what SET LOCAL, or a transaction that was rolled back, had set. The `onetrip.`
  /// settings follow the message, not the transaction.
  void end_transaction(bool committed);

  /// Stands for the latest request id that holds; 0 when there is none.
  std::uint64_t tag() const { return tags_.empty() ? 0 : tags_.back().value; }
  /// Another number whenever one text may read other rows than before: after a new search_path or
  /// role, or another value of a custom setting, such as a tenant's id for row security.
  std::uint32_t surroundings() const { return surroundings_; }
  const std::string& request() const { return request_; }
  const std::string& label() const { return label_; }

 private:
  struct Tag {
    std::string name;
    std::uint64_t value = 0;
    bool local = false;
  };

  void apply_tag(const Statement& statement, const Resolved& resolved, bool in_transaction);
  void note_surroundings(std::string_view name, std::uint64_t value);

  std::vector<Tag> tags_;                   ///< latest last
  std::optional<std::vector<Tag>> before_;  ///< as it was before the open transaction changed it
  std::string request_, label_;
  std::vector<std::pair<std::string, std::uint64_t>> decisive_;  ///< settings and their values
  std::uint32_t surroundings_ = 0;
};

/// True for a name whose last part is one that carries the id of a request: request_id,
/// correlation_id, trace_id, job_id, jid.
bool names_request(std::string_view setting);

}  // namespace onetrip
