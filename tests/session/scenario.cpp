#include "tests/session/scenario.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "proxy/wire/build.hpp"

namespace onetrip {

std::vector<Execution> Told::executions() const {
  std::vector<Execution> list;
  for (const Event& event : events) {
    if (event.kind == Event::Kind::execution) list.push_back(event.execution);
  }
  return list;
}

Execution Told::execution() const {
  const auto list = executions();
  REQUIRE(list.size() == 1);
  return list.front();
}

std::string Told::others() const {
  std::string words;
  for (const Event& event : events) {
    if (event.kind == Event::Kind::execution) continue;
    if (!words.empty()) words += ' ';
    if (event.kind == Event::Kind::session_opened) words += "opened";
    if (event.kind == Event::Kind::session_changed) words += "changed";
    if (event.kind == Event::Kind::session_closed) words += "closed";
    if (event.kind == Event::Kind::blind && event.blindness == Blindness::too_large) {
      words += "blind:too_large";
    }
    if (event.kind == Event::Kind::blind && event.blindness == Blindness::out_of_sync) {
      words += "blind:out_of_sync";
    }
  }
  return words;
}

void EventRecorder::put(Event& event) {
  told.events.push_back(std::move(event));
  event = Event{};
}

const ValueHasher& test_hasher() {
  static const ValueHasher hasher = [] {
    ValueHasher::Key key{};
    unsigned char next = 3;
    for (auto& byte : key) byte = next = static_cast<unsigned char>(next * 57 + 11);
    return ValueHasher(key);
  }();
  return hasher;
}

Scenario& Scenario::at(Time time) {
  now_ = time;
  return *this;
}

Scenario& Scenario::client(const std::string& bytes) {
  steps_.push_back({Side::client, bytes, now_});
  return *this;
}

Scenario& Scenario::server(const std::string& bytes) {
  steps_.push_back({Side::server, bytes, now_});
  return *this;
}

Scenario& Scenario::closed() {
  steps_.push_back({Side::closed, {}, now_});
  return *this;
}

Scenario& Scenario::pause() {
  steps_.push_back({Side::pause, {}, now_});
  return *this;
}

Scenario& Scenario::resume() {
  steps_.push_back({Side::resume, {}, now_});
  return *this;
}

Scenario& Scenario::opened_by(const std::string& packet) {
  startup_ = packet;
  return *this;
}

Scenario& Scenario::with(const Limits& limits) {
  limits_ = limits;
  return *this;
}

Scenario& Scenario::before_authentication() {
  authenticated_ = false;
  return *this;
}

Told Scenario::run(std::size_t cut_step, std::size_t cut_at, Blindness* blindness) const {
  EventRecorder recorder;
  ExecutionPool pool;
  {
    Observer observer(7, test_hasher(), recorder, pool, limits_);
    observer.startup(as_bytes(startup_), "client:1", "server:2", Time{});
    if (authenticated_) observer.server_bytes(as_bytes(authentication_of_test()), Time{});
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i];
      if (step.side == Side::closed) observer.closed(step.time);
      if (step.side == Side::pause) observer.pause();
      if (step.side == Side::resume) observer.resume();
      const auto show = [&](std::string_view bytes) {
        // A copy of just that size, so that a sanitizer sees who reads beyond it.
        const std::vector<char> copy(bytes.begin(), bytes.end());
        const auto span = as_bytes(std::string_view(copy.data(), copy.size()));
        if (step.side == Side::client) observer.client_bytes(span, step.time);
        if (step.side == Side::server) observer.server_bytes(span, step.time);
      };
      const std::string_view bytes = step.bytes;
      if (cut_step >= steps_.size()) {
        for (std::size_t at = 0; at < bytes.size(); ++at) show(bytes.substr(at, 1));
        continue;
      }
      show(bytes.substr(0, i == cut_step ? cut_at : bytes.size()));
      if (i == cut_step) show(bytes.substr(cut_at));
    }
    if (blindness != nullptr) *blindness = observer.blindness();
  }
  CHECK(pool.lent() == 0);
  return std::move(recorder.told);
}

Told Scenario::told_in_whole() const {
  return run(0, 0, nullptr);
}

Blindness Scenario::blindness() const {
  Blindness blindness{};
  run(0, 0, &blindness);
  return blindness;
}

Told Scenario::told() const {
  Told whole = told_in_whole();
  const auto same = [&](const Told& other) {
    if (other.events.size() != whole.events.size()) return false;
    for (std::size_t i = 0; i < whole.events.size(); ++i) {
      if (describe(other.events[i]) != describe(whole.events[i])) return false;
    }
    return true;
  };
  for (std::size_t step = 0; step < steps_.size(); ++step) {
    for (std::size_t at = 1; at < steps_[step].bytes.size(); ++at) {
      INFO("step " << step << " cut at " << at);
      REQUIRE(same(run(step, at, nullptr)));
    }
  }
  REQUIRE(same(run(steps_.size(), 0, nullptr)));
  return whole;
}

namespace {

void describe(const Execution& one, std::ostream& out) {
  out << one.sequence << ' ' << static_cast<int>(one.protocol) << ' '
      << static_cast<int>(one.outcome) << ' ' << static_cast<char>(one.status_before) << ' '
      << one.named << one.pipelined << one.truncated << one.resumed << " [" << one.text << "] "
      << one.text_hash << ' ' << one.ordinal << ' ' << one.sent.count() << ' ' << one.begun.count()
      << ' ' << one.first_answer.count() << ' ' << one.complete.count() << ' ' << one.command << ' '
      << std::string(one.sqlstate.begin(), one.sqlstate.end()) << ' ' << one.rows << ' '
      << one.bytes << ' ' << one.columns << ' ' << one.row_hash.value << '/' << one.row_hash.bytes
      << '/' << one.row_hash.rows << " sizes " << one.sizes.rows << ':' << one.sizes.of_bytes;
  for (const std::uint64_t bytes : one.sizes.bytes) out << ' ' << bytes;
  out << " parameters";
  for (const Slot& slot : one.parameters) {
    out << ' ' << static_cast<int>(slot.kind) << ':' << slot.hash << ':' << slot.first_element
        << ':' << slot.elements << ':' << slot.count;
  }
  out << " elements";
  for (const ValueHash hash : one.elements) out << ' ' << hash;
  out << " texts";
  for (const std::string& text : one.setting_texts) out << " [" << text << ']';
  out << " keys " << one.keys_left_out;
  for (const ResultColumn& key : one.key_columns) {
    out << ' ' << key.table_oid << '.' << key.attribute << '.' << key.position << '.'
        << key.type_oid << '.' << key.name;
  }
  out << " cells";
  for (const ValueHash hash : one.cells) out << ' ' << hash;
  out << " marks";
  for (const RowMark& mark : one.marks) out << ' ' << mark.row << '@' << mark.time.count();
}

}  // namespace

std::string describe(const Event& event) {
  std::ostringstream out;
  out << static_cast<int>(event.kind) << ' ' << event.session << ' ' << event.time.count() << ' '
      << static_cast<int>(event.blindness) << ' ';
  const bool has_facts =
      event.kind == Event::Kind::session_opened || event.kind == Event::Kind::session_changed;
  if (event.kind == Event::Kind::execution) describe(event.execution, out);
  if (has_facts) {
    const SessionFacts& facts = event.facts;
    out << facts.user << ' ' << facts.database << ' ' << facts.application_name << ' '
        << facts.client << ' ' << facts.upstream << ' ' << facts.server_version << ' '
        << facts.standard_conforming_strings;
  }
  return out.str();
}

std::string ready(char status) {
  return backend::ready_for_query(status);
}

std::string tag(std::string_view text) {
  return backend::command_complete(text);
}

std::string failed(std::string_view sqlstate, std::string_view severity) {
  return backend::error_response(severity, sqlstate, "as the server says");
}

std::string parse_complete() {
  return backend::message(backend::type::parse_complete, "");
}

std::string bind_complete() {
  return backend::message(backend::type::bind_complete, "");
}

std::string close_complete() {
  return backend::message(backend::type::close_complete, "");
}

std::string no_data() {
  return backend::message(backend::type::no_data, "");
}

std::string portal_suspended() {
  return backend::message(backend::type::portal_suspended, "");
}

std::string empty_query_response() {
  return backend::message(backend::type::empty_query_response, "");
}

std::string id_and_name(std::int16_t format) {
  return backend::row_description(
      {{"id", 16400, 1, type_oid::int4, format}, {"name", 16400, 2, type_oid::text, format}});
}

std::string row(std::string_view id, std::string_view name) {
  return backend::data_row({id, name});
}

std::string parsed_and_bound() {
  return parse_complete() + bind_complete();
}

std::string int4(std::int64_t value) {
  std::string bytes;
  append(bytes, static_cast<std::int32_t>(value));
  return bytes;
}

ValueHash number(std::int64_t value) {
  return test_hasher().integer(value);
}

std::string startup_of_test() {
  return startup_message(
      {{"user", "ada"}, {"database", "shop"}, {"application_name", "from startup"}});
}

std::string authentication_of_test() {
  return backend::authentication_ok() + backend::parameter_status("server_version", "15.20") +
         backend::parameter_status("application_name", "test") +
         backend::parameter_status("standard_conforming_strings", "on") +
         backend::backend_key_data(77, "key!") + ready();
}

}  // namespace onetrip
