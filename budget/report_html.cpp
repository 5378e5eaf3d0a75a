#include "budget/report_writers.hpp"
#include "web/page.hpp"

namespace onetrip {

/// The page takes what `report --format json` writes, with requests and profiles beside it.
std::string write_html(const Verdict& verdict, const ReportContext& context) {
  std::string data = write_json(verdict, context);
  const auto add = [&data](std::string_view name, std::string_view array) {
    if (array.empty()) return;
    data.resize(data.rfind('}'));
    data.append(", \"").append(name).append("\": ").append(array).append("}\n");
  };
  add("windows", context.witness.windows);
  add("statements", context.witness.statements);
  add("labels", context.witness.labels);
  add("applications", context.witness.applications);
  return web_report(data);
}

}  // namespace onetrip
