#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "admin/api.hpp"
#include "admin/message.hpp"
#include "analyzer/engine.hpp"

namespace onetrip {

/// JSON out of values, values out of requests: the pieces of which the API's answers are made.

AdminResponse json_answer(const boost::json::value& value);

boost::json::object window_row_json(const Engine::WindowRow& row);
boost::json::object window_detail_json(const Engine::WindowDetail& detail);
boost::json::array statements_json(const std::vector<Profile::Row>& rows);
/// `by`: what their name is called, "label" or "application".
boost::json::array requests_json(const std::vector<RequestProfile::Row>& rows,
                                 const std::string& by);
boost::json::object statement_detail_json(const Engine::StatementDetail& detail);
/// Minute by minute, in the order of time.
boost::json::array minutes_json(const StatementHistory& past);
/// `uncovered`: labels that never saw a parent of two rows; `labels`: all that were seen.
boost::json::object coverage_json(const Coverage& coverage);
boost::json::array findings_json(const std::vector<Finding>& findings);

using Parameters = std::map<std::string, std::string>;

/// What GET /findings asks for, or the sentence that says what is wrong with it.
/// `rules`: all that there are; a name that is none of them is a mistake, not an empty answer.
std::variant<Engine::Query, std::string> findings_query(const Parameters& parameters,
                                                        const std::vector<std::string>& rules);
/// `limit`, or the default; none when it is no number from 1 to 100,000.
std::optional<std::size_t> limit_of(const Parameters& parameters, std::size_t otherwise);
std::string text_of(const Parameters& parameters, const std::string& name);

/// What POST /windows asks for, or the sentence that says what is wrong with it.
struct OpenRequest {
  WindowTable::Named named;
  std::string parent;  ///< id of a named window; empty: none
};
std::variant<OpenRequest, std::string> open_request(const std::string& body);
/// What POST /analysis asks for, or the sentence that says what is wrong with it.
std::variant<AnalysisSwitch, std::string> analysis_switch(const std::string& body);

}  // namespace onetrip
