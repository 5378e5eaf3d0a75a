#pragma once

#include "analyzer/finding.hpp"

namespace onetrip {

/// Fifty books, the author of each fetched alone.
inline Finding example_finding() {
  Finding finding;
  finding.id = "b1946ac92492d234";
  finding.cause = "5c6ffbdd40d95560";
  finding.rule = "n-plus-one";
  finding.severity = Severity::error;
  finding.confidence = Confidence::proven;
  finding.title = "author was fetched 50 times in one request, once for each row of book";
  finding.label = "GET /books";
  finding.application = "shop";
  finding.database = "shop";
  finding.window = {"00000000000000a1", "", WindowSource::trace, 1, 51, 48.1};
  finding.statement = {"v1:9f3ab2c41d77e0aa", "SELECT author", "SELECT * FROM author WHERE id = $1",
                       0};
  finding.parent = StatementSummary{"v1:0123456789abcdef", "SELECT book",
                                    "SELECT * FROM book ORDER BY id LIMIT ?", 50};
  Link link;
  link.parent_column = "book.author_id";
  link.parent_columns = {"book.author_id"};
  link.child_column = "author.id";
  link.matched = 50;
  link.distinct = 47;
  link.in_row_order = true;
  link.foreign_key = "book_author_id_fkey";
  link.direction = Direction::forward;
  finding.link = link;
  finding.location = Location{"shop/views.py", "book_list", "callsite", 41};
  finding.evidence = {
      50, 47, 50, 41.2, 38.9, {{0.5, 24.5}, {5, 245}}, "linear", 1000, {{10, 10}, {50, 50}}};
  finding.advice = {"SELECT book.*, author.* FROM book JOIN author ON author.id = book.author_id",
                    "django", "Book.objects.select_related(\"author\")", true,
                    "the foreign key names the relation"};
  finding.seen = {
      12, "2026-01-31T12:00:00.000Z", "2026-01-31T12:05:00.000Z", 3412, {"00000000000000a1"}};
  return finding;
}

}  // namespace onetrip
