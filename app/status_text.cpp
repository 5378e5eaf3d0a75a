#include "app/status_text.hpp"

#include <boost/json.hpp>

#include "analyzer/sinks/safe_text.hpp"
#include "budget/quantity.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

std::string shown(const json::value& value) {
  if (const json::string* text = value.if_string()) return printable({text->data(), text->size()});
  if (const double* number = value.if_double())
    return std::to_string(static_cast<std::int64_t>(*number));
  return json::serialize(value);
}

std::string counts(const json::value& value) {
  std::string out;
  for (const auto& [name, count] : value.as_object()) {
    out += (out.empty() ? "" : ", ") + printable({name.data(), name.size()}) + " " + shown(count);
  }
  return out;
}

std::string list(const json::value& value) {
  std::string out;
  for (const json::value& item : value.as_array()) out += (out.empty() ? "" : ", ") + shown(item);
  return out;
}

std::string upstreams(const json::value& value) {
  std::string out;
  for (const json::value& upstream : value.as_array()) {
    out += (out.empty() ? "" : ", ") + shown(upstream.at("address")) +
           (upstream.at("up").is_null()   ? " not asked yet"
            : upstream.at("up").as_bool() ? " up"
                                          : " DOWN");
  }
  return out;
}

std::string history(const json::object& store) {
  if (store.contains("why")) return shown(store.at("why"));
  std::string out = shown(store.at("state"));
  if (!store.contains("path")) return out;
  return out + " in " + shown(store.at("path")) + ", " +
         format_size(store.at("bytes").to_number<std::int64_t>());
}

void add_line(std::string& out, std::string_view key, const std::string& text) {
  if (text.empty()) return;
  std::string padded(key);
  padded.resize(13, ' ');
  out += padded + text + "\n";
}

std::string write(const json::object& status) {
  std::string out = "onetrip " + shown(status.at("version")) + " is " + shown(status.at("state")) +
                    ", up for " + shown(status.at("uptime_s")) + " s\n";
  const json::value& connections = status.at("connections");
  const json::value& statements = status.at("statements");
  const json::value& windows = status.at("windows");
  const json::value& ring = status.at("ring");
  add_line(out, "listens on", list(status.at("listen")));
  add_line(out, "upstream", upstreams(status.at("upstreams")));
  add_line(out, "connections",
           shown(connections.at("open")) + " open, " + shown(connections.at("total")) + " in all");
  add_line(
      out, "statements",
      shown(statements.at("total")) + ", " + shown(statements.at("noise")) + " of them set-up");
  add_line(out, "windows",
           shown(windows.at("open")) + " open; opened by " + counts(windows.at("opened")));
  add_line(out, "ring",
           shown(ring.at("depth")) + " of " + shown(ring.at("capacity")) + " waiting, " +
               shown(ring.at("dropped")) + " dropped");
  add_line(out, "catalogs", counts(status.at("catalogs")));
  add_line(out, "blind", counts(status.at("blind")));
  add_line(out, "findings", shown(status.at("findings").at("open")));
  if (const json::value* store = status.if_contains("store"))
    add_line(out, "history", history(store->as_object()));
  for (const json::value& sentence : status.at("not_checked").as_array()) {
    add_line(out, "not checked", shown(sentence));
  }
  return out;
}

}  // namespace

std::string status_text(const std::string& text) {
  try {
    return write(json::parse(text).as_object());
  } catch (const std::exception&) {
    return "";
  }
}

}  // namespace onetrip
