#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "analyzer/statement.hpp"

namespace onetrip {

/// What is known of one statement's shape, for `onetrip fingerprint`: as lines, and as JSON.
std::string statement_text(const Statement& statement);
boost::json::object statement_facts_json(const Statement& statement);

}  // namespace onetrip
