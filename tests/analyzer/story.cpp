#include "tests/analyzer/story.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

namespace onetrip::test {
namespace {

ValueHasher::Key test_key() {
  ValueHasher::Key key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(i * 7 + 3);
  return key;
}

struct TableSketch {
  std::string name;
  std::vector<std::string> columns;  ///< the first one is the primary key, but for book_genres
};

const std::vector<TableSketch>& sketches() {
  static const std::vector<TableSketch> tables = {
      {"author", {"id", "name"}},
      {"publisher", {"id", "name"}},
      {"book", {"id", "title", "author_id", "publisher_id"}},
      {"review", {"id", "book_id", "rating"}},
      {"genre", {"id", "name"}},
      {"book_genres", {"id", "book_id", "genre_id"}},
      {"award", {"id", "author_id"}},
      {"team", {"id", "name"}},
      {"match", {"id", "home_team_id", "away_team_id"}},
      {"document", {"id", "owner_uuid"}},
      {"line", {"id", "order_no", "order_year"}},
      {"orders", {"id", "no", "year"}},
      {"employee", {"id", "manager_id"}},
      {"history", {"id", "note"}},
      {"person", {"id", "name"}},
      {"film", {"id", "director_id", "writer_id", "producer_id"}},
      {"ticket_state", {"id", "name"}},
      {"ticket", {"id", "state_id"}},
      {"task_state", {"id", "name"}},
      {"task", {"id", "state_id"}},
      {"country", {"code", "name"}},
      {"city", {"id", "country"}},
      {"remark", {"id", "about_type", "about_id"}},
      {"post", {"id", "title"}},
      {"photo", {"id", "title"}},
      {"event", {"id", "author_id"}}};
  return tables;
}

struct KeySketch {
  std::string name, table, column, referenced;
};

std::int16_t attribute(const Catalog::Table& table, const std::string& column) {
  for (const auto& [number, name] : table.columns)
    if (name == column) return number;
  FAIL("no column " << column);
  return 0;
}

Catalog::Table sketched(std::uint32_t oid, const std::string& schema, const std::string& name,
                        const std::vector<std::string>& columns) {
  Catalog::Table table;
  table.oid = table.root = oid;
  table.schema = schema;
  table.in_search_path = schema == "public";
  table.name = name;
  for (std::size_t i = 0; i < columns.size(); ++i)
    table.columns.emplace_back(static_cast<std::int16_t>(i + 1), columns[i]);
  return table;
}

/// book_list shows book's id and, as writer, its author_id; event_2024 is a partition of event
/// whose columns stand in another order; shelf and item are in schema tenant, and another item in
/// public.
void add_others(Catalog::Snapshot& snapshot, std::uint32_t book, std::uint32_t event) {
  Catalog::Table view = sketched(300, "public", "book_list", {"id", "writer"});
  view.is_view = true;
  view.view_columns = {{1, Column{book, 1}}, {2, Column{book, 3}}};
  Catalog::Table partition = sketched(301, "public", "event_2024", {"author_id", "id"});
  partition.root = event;
  Catalog::Table shelf = sketched(302, "tenant", "shelf", {"id"});
  shelf.unique_keys = {{1}};
  snapshot.tables.insert(
      snapshot.tables.end(),
      {view, partition, shelf, sketched(303, "tenant", "item", {"id", "shelf_id"}),
       sketched(304, "public", "item", {"id", "shelf_id"})});
  snapshot.foreign_keys.push_back({"item_shelf_id_fkey", 303, 302, {2}, {1}});
}

}  // namespace

CatalogPtr bookshop_catalog() {
  Catalog::Snapshot snapshot;
  snapshot.database = "shop";
  std::uint32_t oid = 100;
  for (const TableSketch& sketch : sketches()) {
    Catalog::Table table = sketched(oid++, "public", sketch.name, sketch.columns);
    if (sketch.name != "history") table.unique_keys = {{1}};
    snapshot.tables.push_back(table);
  }
  const std::vector<KeySketch> keys = {
      {"book_author_id_fkey", "book", "author_id", "author"},
      {"book_publisher_id_fkey", "book", "publisher_id", "publisher"},
      {"review_book_id_fkey", "review", "book_id", "book"},
      {"book_genres_book_id_fkey", "book_genres", "book_id", "book"},
      {"book_genres_genre_id_fkey", "book_genres", "genre_id", "genre"},
      {"award_author_id_fkey", "award", "author_id", "author"},
      {"match_home_team_id_fkey", "match", "home_team_id", "team"},
      {"match_away_team_id_fkey", "match", "away_team_id", "team"},
      {"employee_manager_id_fkey", "employee", "manager_id", "employee"},
      {"film_director_id_fkey", "film", "director_id", "person"},
      {"film_writer_id_fkey", "film", "writer_id", "person"},
      {"film_producer_id_fkey", "film", "producer_id", "person"},
      {"ticket_state_id_fkey", "ticket", "state_id", "ticket_state"},
      {"task_state_id_fkey", "task", "state_id", "task_state"},
      {"city_country_fkey", "city", "country", "country"},
      {"event_author_id_fkey", "event", "author_id", "author"}};
  const auto table = [&](const std::string& name) -> const Catalog::Table& {
    return *std::find_if(snapshot.tables.begin(), snapshot.tables.end(),
                         [&](const Catalog::Table& t) { return t.name == name; });
  };
  for (const KeySketch& key : keys)
    snapshot.foreign_keys.push_back({key.name,
                                     table(key.table).oid,
                                     table(key.referenced).oid,
                                     {attribute(table(key.table), key.column)},
                                     {1}});
  const Catalog::Table& line = table("line");
  const Catalog::Table& orders = table("orders");
  snapshot.foreign_keys.push_back({"line_order_fkey", line.oid, orders.oid, {2, 3}, {2, 3}});
  add_others(snapshot, table("book").oid, table("event").oid);
  return std::make_shared<const Catalog>(std::move(snapshot));
}

struct Story::Source final : CatalogSource {
  bool request(const std::string&, const SessionFacts&) override { return true; }
};

Story::Story(Knows knows, WindowTable::Config windows)
    : hasher_(test_key()), catalog_(bookshop_catalog()) {
  if (knows == Knows::catalog) source_ = std::make_unique<Source>();
  Engine::Config config;
  config.window = windows;
  engine_ = std::make_unique<Engine>(hasher_, config, make_rules(), source_.get(),
                                     std::vector<FindingSink*>{});
  if (knows == Knows::catalog) engine_->catalog_ready({0, "shop"}, catalog_);
}

Story& Story::on(SessionId session) {
  send();
  session_ = session;
  return *this;
}

Story& Story::by(std::size_t pair) {
  send();
  pair_ = pair;
  return *this;
}

Story& Story::wait(Time pause) {
  send();
  now_ += pause;
  return *this;
}

Story& Story::pipelined() {
  send();
  pipelined_ = true;
  return *this;
}

Story& Story::run(const std::string& sql, std::vector<std::int64_t> parameters) {
  send();
  if (std::find(open_.begin(), open_.end(), session_) == open_.end()) {
    Event opened;
    opened.kind = Event::Kind::session_opened;
    opened.session = session_;
    opened.time = now_;
    opened.facts.database = "shop";
    opened.facts.pair = pair_;
    opened.facts.user = "app";
    opened.facts.application_name = "bookshop";
    engine_->take(opened);
    open_.push_back(session_);
  }
  event_ = Event{};
  event_.session = session_;
  Execution& execution = event_.execution;
  execution.sequence = ++sequence_;
  execution.text = sql;
  execution.text_hash = hasher_.bytes(sql);
  execution.pipelined = pipelined_;
  execution.protocol = parameters.empty() ? Protocol::simple : Protocol::extended;
  now_ += std::chrono::milliseconds(1);
  execution.sent = execution.begun = now_;
  now_ += std::chrono::milliseconds(1);
  execution.first_answer = execution.complete = event_.time = now_;
  for (const std::int64_t value : parameters)
    execution.parameters.push_back(
        hasher_.text_slot(type_oid::int8, std::to_string(value), execution.elements));
  TransactionStatus& status = status_.try_emplace(session_, TransactionStatus::idle).first->second;
  execution.status_before = status;
  if (starts_with(sql, "BEGIN")) status = TransactionStatus::open;
  if (starts_with(sql, "COMMIT") || sql == "ROLLBACK") status = TransactionStatus::idle;
  pending_ = true;
  pipelined_ = false;
  return *this;
}

Story& Story::run_uuid(const std::string& sql, const std::string& uuid) {
  run(sql);
  event_.execution.protocol = Protocol::extended;
  event_.execution.parameters.push_back(
      {Slot::Kind::scalar, hasher_.text(type_oid::uuid, uuid), 0, 0, 0});
  return *this;
}

Story& Story::run_unknown(const std::string& sql) {
  run(sql);
  event_.execution.protocol = Protocol::extended;
  event_.execution.parameters.emplace_back();
  return *this;
}

ResultColumn Story::column(const std::string& name) const {
  ResultColumn column;
  const std::size_t dot = name.rfind('.');
  column.name = dot == std::string::npos ? name : name.substr(dot + 1);
  column.type_oid = type_oid::int4;
  if (dot == std::string::npos) return column;
  const std::size_t schema = name.find('.') == dot ? 0 : name.find('.') + 1;
  const Catalog::Table* table = catalog_->table(name.substr(0, schema == 0 ? 0 : schema - 1),
                                                name.substr(schema, dot - schema));
  REQUIRE(table != nullptr);
  column.table_oid = table->oid;
  column.attribute = attribute(*table, column.name);
  return column;
}

Story& Story::gives(const std::vector<std::string>& columns,
                    const std::vector<std::vector<std::int64_t>>& rows) {
  Execution& execution = event_.execution;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    execution.key_columns.push_back(column(columns[c]));
    execution.key_columns.back().position = static_cast<std::uint16_t>(c);
  }
  execution.columns = static_cast<std::uint16_t>(columns.size());
  for (const std::vector<std::int64_t>& row : rows)
    for (const std::int64_t cell : row)
      execution.cells.push_back(cell < 0 ? no_value : hasher_.integer(cell));
  execution.rows = rows.size();
  for (const std::vector<std::int64_t>& row : rows) {
    std::string bytes;
    for (const std::int64_t cell : row) bytes += std::to_string(cell) + ",";
    execution.row_hash.add(hasher_.bytes(bytes), bytes.size());
  }
  return *this;
}

Story& Story::from(const std::string& callsite) {
  event_.execution.text += " /*callsite='" + callsite + "'*/";
  event_.execution.text_hash = hasher_.bytes(event_.execution.text);
  return *this;
}

Story& Story::gives_uuids(const std::string& name, const std::vector<std::string>& rows) {
  Execution& execution = event_.execution;
  execution.key_columns = {column(name)};
  for (const std::string& row : rows) execution.cells.push_back(hasher_.text(type_oid::uuid, row));
  for (const std::string& row : rows) execution.row_hash.add(hasher_.bytes(row), row.size());
  execution.rows = rows.size();
  return *this;
}

Story& Story::gives_texts(const std::vector<std::string>& columns,
                          const std::vector<std::vector<std::string>>& rows) {
  gives(columns, {});
  Execution& execution = event_.execution;
  for (ResultColumn& key : execution.key_columns) key.type_oid = type_oid::text;
  for (const std::vector<std::string>& row : rows)
    for (const std::string& cell : row)
      execution.cells.push_back(hasher_.text(type_oid::text, cell));
  execution.rows = rows.size();
  return *this;
}

Story& Story::of_rows(std::uint64_t count) {
  event_.execution.rows = count;
  return *this;
}

Story& Story::of_bytes(std::uint64_t bytes) {
  event_.execution.bytes = bytes;
  return *this;
}

Story& Story::of_columns(std::uint16_t columns) {
  event_.execution.columns = columns;
  return *this;
}

Story& Story::of_sizes(const std::vector<std::uint64_t>& bytes, std::uint32_t rows) {
  ColumnSizes& sizes = event_.execution.sizes;
  sizes.bytes = bytes;
  sizes.of_bytes = std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
  sizes.rows = rows;
  return of_columns(static_cast<std::uint16_t>(bytes.size()));
}

Story& Story::took(Time time) {
  Execution& execution = event_.execution;
  now_ = execution.first_answer = execution.complete = event_.time = execution.begun + time;
  return *this;
}

Story& Story::fails(const std::string& sqlstate) {
  event_.execution.outcome = Outcome::failed;
  std::copy_n(sqlstate.begin(), 5, event_.execution.sqlstate.begin());
  return *this;
}

Story& Story::binds(const std::string& text) {
  Execution& execution = event_.execution;
  execution.protocol = Protocol::extended;
  execution.parameters.push_back(hasher_.text_slot(type_oid::text, text, execution.elements));
  return *this;
}

Story& Story::lists(std::int64_t from, std::uint32_t count) {
  Execution& execution = event_.execution;
  std::string array = "{";
  for (std::uint32_t i = 0; i < count; ++i) array += (i ? "," : "") + std::to_string(from + i);
  constexpr std::uint32_t int4_array = 1007;
  execution.protocol = Protocol::extended;
  execution.parameters.push_back(hasher_.text_slot(int4_array, array + "}", execution.elements));
  return *this;
}

Story& Story::estimates(const std::string& table, double rows) {
  send();
  Catalog::Snapshot snapshot = catalog_->snapshot();
  for (Catalog::Table& known : snapshot.tables)
    if (known.name == table) known.estimated_rows = rows;
  catalog_ = std::make_shared<const Catalog>(std::move(snapshot));
  engine_->catalog_ready({0, "shop"}, catalog_);
  return *this;
}

void Story::send() {
  if (pending_) engine_->take(event_);
  pending_ = false;
}

std::vector<Finding> Story::findings() {
  send();
  engine_->flush(now_);
  return engine_->findings({});
}

std::vector<Finding> Story::findings(const std::string& rule) {
  findings();
  Engine::Query query;
  query.rule = rule;
  return engine_->findings(query);
}

Finding Story::only(const std::string& rule) {
  const std::vector<Finding> found = findings(rule);
  REQUIRE(found.size() == 1);
  return found.front();
}

Finding Story::only() {
  const std::vector<Finding> found = findings();
  REQUIRE(found.size() == 1);
  return found.front();
}

}  // namespace onetrip::test
