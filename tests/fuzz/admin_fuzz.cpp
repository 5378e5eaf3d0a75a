#include <boost/json.hpp>
#include <cstdlib>

#include "admin/answers.hpp"
#include "admin/guard.hpp"
#include "admin/target.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "analyzer/sinks/safe_text.hpp"

using namespace onetrip;

/// Any bytes as what callers of the admin port send, and as text that is shown to them.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  if (const auto target = parse_target(text)) findings_query(target->parameters, {"n-plus-one"});
  open_request(text);
  analysis_switch(text);
  AdminRequest request;
  request.method = "POST";
  request.host = request.origin = request.authorization = text;
  AdminGuard({"localhost"}, "token").refuse(request);

  boost::system::error_code error;
  boost::json::parse(to_json_text(boost::json::string(text)), error);
  if (error) std::abort();
  for (const char c : printable(text)) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') std::abort();
  }
  one_line(text, 40);
  return 0;
}
