#include "analyzer/statement_parser.hpp"

#include <pg_query.h>

namespace onetrip {

ParseTree parse(const std::string& sql) {
  ParseTree tree;
  const PgQueryParseResult parsed = pg_query_parse(sql.c_str());
  if (parsed.error == nullptr && parsed.parse_tree != nullptr) tree.json = parsed.parse_tree;
  pg_query_free_parse_result(parsed);
  if (tree.json.empty()) return tree;

  const PgQueryFingerprintResult printed = pg_query_fingerprint(sql.c_str());
  if (printed.error == nullptr && printed.fingerprint_str != nullptr) {
    tree.fingerprint = printed.fingerprint_str;
  }
  pg_query_free_fingerprint_result(printed);
  return tree;
}

}  // namespace onetrip
