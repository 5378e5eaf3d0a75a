#include <boost/json.hpp>
#include <iostream>
#include <iterator>

#include "analyzer/sinks/json_text.hpp"
#include "analyzer/statement_cache.hpp"
#include "app/big_stack.hpp"
#include "app/facts_text.hpp"
#include "app/verbs.hpp"

namespace onetrip {

Exit print_fingerprint(const Options& options) {
  std::string sql = options.argument;
  if (sql.empty() || sql == "-") sql.assign(std::istreambuf_iterator<char>(std::cin), {});
  std::vector<Statement> statements;
  on_big_stack([&] { statements = describe(sql); });
  if (statements.empty()) {
    std::cerr << "onetrip: no statement was given\n";
    return Exit::usage;
  }
  if (options.json) {
    boost::json::array list;
    for (const Statement& statement : statements) list.push_back(statement_facts_json(statement));
    std::cout << to_json_text(boost::json::object{{"schema_version", 1}, {"statements", list}})
              << "\n";
    return Exit::fine;
  }
  const char* between = "";
  for (const Statement& statement : statements) {
    std::cout << between << statement_text(statement);
    between = "\n";
  }
  return Exit::fine;
}

}  // namespace onetrip
