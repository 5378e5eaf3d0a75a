# What a statement means, by its text alone: tokens, fingerprint, facts, tags of its comments.
onetrip_room(onetrip_statement
  SOURCES scan.cpp scan_literal.cpp skeleton.cpp skeleton_name.cpp skeleton_value.cpp fingerprint.cpp
          statement.cpp statement_text.cpp statement_depth.cpp statement_parser.cpp
          statement_class.cpp statement_setting.cpp statement_cache.cpp summary.cpp
          facts.cpp facts_calls.cpp facts_scope.cpp facts_query.cpp facts_from.cpp facts_pattern.cpp facts_predicate.cpp facts_output.cpp dialect.cpp
          tags.cpp comment.cpp comment_tags.cpp trace_ids.cpp statement_layout.cpp statement_pack.cpp
  LINK onetrip_event
  PRIVATE_LINK dep::json dep::pg_query dep::xxhash)
