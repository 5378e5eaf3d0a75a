#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/shared.hpp"

namespace onetrip {

/// What SQL comments tell of a statement's origin, in the forms that
/// sqlcommenter, Rails, Marginalia, OpenTelemetry and others write. Only known
/// keys are kept; URLs lose their query string; keys ≤ 65 B, values ≤ 1,024 B.
struct Tags {
  std::string trace_id;    ///< of traceparent, 32 hex digits
  std::string request_id;  ///< request_id, correlation_id, trace_id, job_id or jid: "key=value"
  std::string application, framework, db_driver;
  std::string controller, action, route, job, test;  ///< what a label is made of
  std::string operation;        ///< Hasura's operation_name and Prisma's model.operation
  std::string file, function;   ///< of callsite, source_location, file + line + user …
  std::string location_source;  ///< the key that gave file: "callsite"
  unsigned line = 0;
  std::string allow;  ///< onetrip='ignore' or 'allow:<rule>;<reason>'

  bool empty() const;
  /// "GET /books", "books#index", job, test, or "" when the tags do not tell.
  std::string label() const;
};

/// Those of texts whose comments say the same.
using SharedTags = Shared<Tags>;

/// Reads one comment's inside (without `/*`, `*/`, `--`) into `tags`; never fails, keeps what it
/// understood. Later comments do not overwrite what earlier ones said.
void parse_comment(std::string_view comment, Tags& tags);

/// The same for a comment as it stands in a statement, with its marks. Hints, `/*+ … */`, say
/// nothing.
void read_comment(std::string_view comment, Tags& tags);

/// `/users/42/edit?x=1` → `/users/:id/edit`: ids in a path (integers, uuids, long hex) folded,
/// query string and fragment cut off. `https://host/users/42` loses scheme and host.
std::string fold_path(std::string_view path);

}  // namespace onetrip
