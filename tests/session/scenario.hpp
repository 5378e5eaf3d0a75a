#pragma once

#include <string>
#include <vector>

#include "analyzer/event.hpp"
#include "proxy/session/observer.hpp"
#include "proxy/wire/backend.hpp"
#include "proxy/wire/frontend.hpp"

namespace onetrip {

/// What an observer told.
struct Told {
  std::vector<Event> events;

  std::vector<Execution> executions() const;
  /// The only one.
  Execution execution() const;
  /// Kinds of all events but executions, and reasons of blindness: "opened changed
  /// blind:too_large".
  std::string others() const;
};

/// A sink that writes down.
class EventRecorder : public EventSink {
 public:
  void put(Event& event) override;
  Told told;
};

const ValueHasher& test_hasher();

/// The startup packet and authentication of a scenario.
std::string startup_of_test();
std::string authentication_of_test();

/// What client and server say to each other, in order. Authentication comes before it by itself.
class Scenario {
 public:
  Scenario& at(Time time);  ///< of what follows; 0 before
  Scenario& client(const std::string& bytes);
  Scenario& server(const std::string& bytes);
  Scenario& closed();
  Scenario& pause();
  Scenario& resume();
  Scenario& with(const Limits& limits);
  Scenario& before_authentication();
  /// Opened with these parameters, or with a packet that has none.
  Scenario& opened_by(const std::string& packet);

  /// Runs it in whole, then cut at every byte and byte by byte, which must tell the same.
  Told told() const;
  /// In whole only.
  Told told_in_whole() const;
  /// What blindness() is at the end.
  Blindness blindness() const;

 private:
  enum class Side { client, server, closed, pause, resume };
  struct Step {
    Side side;
    std::string bytes;
    Time time;
  };
  /// Cuts step `cut_step` at `cut_at`; each byte alone if `cut_step` is beyond all steps.
  Told run(std::size_t cut_step, std::size_t cut_at, Blindness* blindness) const;

  std::vector<Step> steps_;
  Limits limits_;
  Time now_{};
  bool authenticated_ = true;
  std::string startup_ = startup_of_test();
};

/// Everything in an event, in words, to compare.
std::string describe(const Event& event);

/// Shorthands of the server's part.
std::string ready(char status = 'I');
std::string tag(std::string_view text);
std::string failed(std::string_view sqlstate = "42601", std::string_view severity = "ERROR");
std::string parse_complete();
std::string bind_complete();
std::string close_complete();
std::string no_data();
std::string portal_suspended();
std::string empty_query_response();

/// Columns: an int4 of table 16400 attribute 1 named id, and a text named name.
std::string id_and_name(std::int16_t format = 0);
std::string row(std::string_view id, std::string_view name);

/// An answer of both at once.
std::string parsed_and_bound();

/// A value of type int4 in binary format.
std::string int4(std::int64_t value);
/// The hash of an integer.
ValueHash number(std::int64_t value);

}  // namespace onetrip
