#include "analyzer/log/jsonlog.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>

namespace onetrip {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
  const json::string* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string_view(text->data(), text->size()) : std::string_view();
}

/// Host and port, as csvlog writes them.
std::string client_of(const json::object& object) {
  std::string client(text_of(object, "remote_host"));
  const json::value* port = object.if_contains("remote_port");
  if (!client.empty() && port != nullptr && port->is_int64())
    client += ":" + std::to_string(port->get_int64());
  return client;
}

/// Texts are in the database's encoding, which need not be UTF-8.
json::parse_options lenient() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  options.max_depth = 4;
  return options;
}

}  // namespace

void JsonlogReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    hold(part);
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    if (!skipping_) line(held_, "not_json");
    skipping_ = false;
    held_.clear();
  }
}

void JsonlogReader::hold(std::string_view part) {
  if (skipping_) return;
  if (held_.size() + part.size() <= longest_entry) {
    held_.append(part);
    return;
  }
  ++faults_["too_long"];
  skipping_ = true;
}

void JsonlogReader::end() {
  if (!skipping_ && !held_.empty()) line(held_, "cut");
  held_.clear();
}

void JsonlogReader::line(std::string_view text, const char* fault) {
  if (text.find_first_not_of(" \t\r") == std::string_view::npos) return;
  unsigned char memory[8192];
  json::monotonic_resource resource(memory, sizeof memory);
  boost::system::error_code error;
  const json::value value =
      json::parse(json::string_view(text.data(), text.size()), error, &resource, lenient());
  if (std::exchange(first_, false)) fault = "cut";
  if (error || !value.is_object()) {
    ++faults_[fault];
    return;
  }
  const json::object& object = value.get_object();
  const auto local = read_local_time(text_of(object, "timestamp"));
  if (!local) {
    ++faults_["no_time"];
    return;
  }
  const std::string client = client_of(object);
  LogEntry entry;
  entry.session = text_of(object, "session_id");
  clock_.learn(text_of(object, "session_start"), entry.session);
  entry.time = clock_.since_1970(*local);
  entry.user = text_of(object, "user");
  entry.database = text_of(object, "dbname");
  entry.client = client;
  entry.virtual_transaction = text_of(object, "vxid");
  entry.severity = text_of(object, "error_severity");
  entry.sqlstate = text_of(object, "state_code");
  entry.message = text_of(object, "message");
  entry.detail = text_of(object, "detail");
  entry.statement = text_of(object, "statement");
  entry.application = text_of(object, "application_name");
  taker_.entry(entry);
}

}  // namespace onetrip
