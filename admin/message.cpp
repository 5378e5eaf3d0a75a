#include "admin/message.hpp"

#include <boost/json.hpp>

#include "analyzer/sinks/json_text.hpp"

namespace onetrip {

AdminResponse admin_error(unsigned status, std::string_view code, std::string_view message) {
  boost::json::object error;
  error["code"] = code;
  error["message"] = message;
  AdminResponse response;
  response.status = status;
  response.body = to_json_text(boost::json::object{{"error", error}}) + "\n";
  return response;
}

}  // namespace onetrip
