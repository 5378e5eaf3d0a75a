#include "analyzer/catalog_reader.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analyzer/view_rule.hpp"

namespace onetrip {

namespace {

// Schemas of the system and of other sessions' temporary tables are nobody's model.
#define ONETRIP_USER_TABLES                                                         \
  "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " \
  "AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' "                  \
  "AND c.relkind IN ('r', 'p', 'v', 'm', 'f') "

constexpr const char* tables_query =
    "SELECT c.oid, n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid), c.reltuples "
    "FROM " ONETRIP_USER_TABLES "ORDER BY c.oid";
constexpr const char* columns_query =
    "SELECT a.attrelid, a.attnum, a.attname FROM pg_catalog.pg_attribute a "
    "JOIN " ONETRIP_USER_TABLES
    "ON c.oid = a.attrelid "
    "WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";
constexpr const char* parents_query =
    "SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits WHERE inhseqno = 1";
// Columns that an index only includes stand behind its keys. indnkeyatts came with version 11.
constexpr const char* unique_query =
    "SELECT i.indrelid, pg_catalog.array_to_string((i.indkey::int2[])[0:i.indnkeyatts - 1], ' ') "
    "FROM pg_catalog.pg_index i JOIN " ONETRIP_USER_TABLES
    "ON c.oid = i.indrelid WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL "
    "AND i.indexprs IS NULL ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid";
constexpr const char* unique_query_before_11 =
    "SELECT i.indrelid, i.indkey::text FROM pg_catalog.pg_index i JOIN " ONETRIP_USER_TABLES
    "ON c.oid = i.indrelid WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL "
    "AND i.indexprs IS NULL ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid";
constexpr const char* foreign_keys_query =
    "SELECT k.conname, k.conrelid, k.confrelid, pg_catalog.array_to_string(k.conkey, ' '), "
    "pg_catalog.array_to_string(k.confkey, ' ') FROM pg_catalog.pg_constraint k "
    "JOIN " ONETRIP_USER_TABLES "ON c.oid = k.conrelid WHERE k.contype = 'f' ORDER BY k.oid";
constexpr const char* views_query =
    "SELECT r.ev_class, r.ev_action FROM pg_catalog.pg_rewrite r "
    "JOIN " ONETRIP_USER_TABLES
    "ON c.oid = r.ev_class AND c.relkind IN ('v', 'm') "
    "WHERE r.rulename = '_RETURN'";

#undef ONETRIP_USER_TABLES

constexpr const char* sessions_query =
    "SELECT pg_catalog.sum(sessions)::bigint FROM pg_catalog.pg_stat_database";

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \r\n");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

/// A connection, and whether it is still wanted.
struct Link {
  PGconn* connection;
  const std::stop_token& stop;
};

using Result = std::unique_ptr<PGresult, Clear>;

/// PQexec, but for its patience: a server that computes cannot be interrupted otherwise.
Result execute(const Link& link, const char* query) {
  constexpr int look_ms = 50;
  Result last;
  if (PQsendQuery(link.connection, query) == 0) return last;
  while (true) {
    while (PQisBusy(link.connection) != 0) {
      if (link.stop.stop_requested())
        throw std::runtime_error("reading the catalog was called off");
      pollfd one{PQsocket(link.connection), POLLIN, 0};
      ::poll(&one, 1, look_ms);
      if (PQconsumeInput(link.connection) == 0) return nullptr;
    }
    Result next(PQgetResult(link.connection));
    if (next == nullptr) return last;
    last = std::move(next);
  }
}

class Rows {
 public:
  Rows(const Link& link, const char* query) : result_(execute(link, query)) {
    const ExecStatusType status = PQresultStatus(result_.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return;
    throw std::runtime_error("the catalog could not be read: " +
                             std::string(trimmed(PQerrorMessage(link.connection))));
  }

  int size() const { return PQntuples(result_.get()); }
  std::string_view text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  template <typename Integer>
  Integer number(int row, int column) const {
    const std::string_view digits = text(row, column);
    Integer value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  std::uint32_t oid(int row, int column) const { return number<std::uint32_t>(row, column); }

  /// Numbers with blanks between.
  std::vector<std::int16_t> attributes(int row, int column) const {
    std::vector<std::int16_t> attributes;
    const std::string_view list = text(row, column);
    const char* here = list.data();
    const char* const end = here + list.size();
    while (here != end) {
      std::int16_t attribute = 0;
      const auto [next, error] = std::from_chars(here, end, attribute);
      if (error != std::errc()) break;
      attributes.push_back(attribute);
      here = next == end ? end : next + 1;
    }
    return attributes;
  }

 private:
  Result result_;
};

void run(const Link& link, const char* command) {
  const Rows none(link, command);
}

Connection connect(const std::string& conninfo) {
  Connection connection(PQconnectdb(conninfo.c_str()));
  if (PQstatus(connection.get()) == CONNECTION_OK) return connection;
  throw std::runtime_error("no connection to read the catalog: " +
                           std::string(trimmed(PQerrorMessage(connection.get()))));
}

/// Puts a snapshot together, table by table.
class Assembly {
 public:
  Catalog::Snapshot read(const Link& link) {
    run(link, "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    run(link, "SET LOCAL statement_timeout = '10s'");
    snapshot_.database = PQdb(link.connection);
    take_tables(Rows(link, tables_query));
    take_columns(Rows(link, columns_query));
    take_roots(Rows(link, parents_query));
    take_unique_keys(Rows(
        link, PQserverVersion(link.connection) < 110000 ? unique_query_before_11 : unique_query));
    take_foreign_keys(Rows(link, foreign_keys_query));
    take_views(Rows(link, views_query));
    run(link, "COMMIT");
    return std::move(snapshot_);
  }

 private:
  void take_tables(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
      Catalog::Table table;
      table.oid = table.root = rows.oid(row, 0);
      table.schema = rows.text(row, 1);
      table.name = rows.text(row, 2);
      table.in_search_path = rows.text(row, 3) == "t";
      table.estimated_rows = std::strtod(std::string(rows.text(row, 4)).c_str(), nullptr);
      by_oid_[table.oid] = snapshot_.tables.size();
      snapshot_.tables.push_back(std::move(table));
    }
  }

  void take_columns(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
      if (Catalog::Table* table = find(rows.oid(row, 0))) {
        table->columns.emplace_back(rows.number<std::int16_t>(row, 1), rows.text(row, 2));
      }
    }
  }

  void take_roots(const Rows& rows) {
    std::unordered_map<std::uint32_t, std::uint32_t> parents;
    for (int row = 0; row < rows.size(); ++row) parents[rows.oid(row, 0)] = rows.oid(row, 1);
    for (Catalog::Table& table : snapshot_.tables) {
      for (auto up = parents.find(table.root); up != parents.end(); up = parents.find(table.root)) {
        table.root = up->second;
      }
    }
  }

  void take_unique_keys(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
      if (Catalog::Table* table = find(rows.oid(row, 0))) {
        table->unique_keys.push_back(rows.attributes(row, 1));
      }
    }
  }

  // A key of a partition, inherited or its own, is told of the root; each one once.
  void take_foreign_keys(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
      ForeignKey key;
      key.name = rows.text(row, 0);
      key.table = rows.oid(row, 1);
      key.referenced = rows.oid(row, 2);
      key.columns = rows.attributes(row, 3);
      key.referenced_columns = rows.attributes(row, 4);
      if (!to_root(key.table, key.columns) || !to_root(key.referenced, key.referenced_columns)) {
        continue;
      }
      bool known = false;
      for (const ForeignKey& other : snapshot_.foreign_keys) {
        known |= other.table == key.table && other.referenced == key.referenced &&
                 other.columns == key.columns && other.referenced_columns == key.referenced_columns;
      }
      if (!known) snapshot_.foreign_keys.push_back(std::move(key));
    }
  }

  void take_views(const Rows& rows) {
    for (int row = 0; row < rows.size(); ++row) {
      if (Catalog::Table* view = find(rows.oid(row, 0))) {
        view->is_view = true;
        view->view_columns = view_columns(rows.text(row, 1));
      }
    }
  }

  // False when it cannot be told.
  bool to_root(std::uint32_t& oid, std::vector<std::int16_t>& attributes) {
    const Catalog::Table* table = find(oid);
    if (!table) return false;
    const Catalog::Table* root = find(table->root);
    if (!root || root == table) return true;
    for (std::int16_t& attribute : attributes) {
      const std::int16_t here = attribute;
      attribute = 0;
      for (const auto& [number, name] : table->columns) {
        for (const auto& [in_root, root_name] : root->columns) {
          if (number == here && name == root_name) attribute = in_root;
        }
      }
      if (attribute == 0) return false;
    }
    oid = root->oid;
    return true;
  }

  Catalog::Table* find(std::uint32_t oid) {
    const auto found = by_oid_.find(oid);
    return found == by_oid_.end() ? nullptr : &snapshot_.tables[found->second];
  }

  Catalog::Snapshot snapshot_;
  std::unordered_map<std::uint32_t, std::size_t> by_oid_;
};

}  // namespace

Catalog::Snapshot read_catalog(const std::string& conninfo, const std::stop_token& stop) {
  const Connection connection = connect(conninfo);
  return Assembly().read({connection.get(), stop});
}

std::uint64_t count_sessions(const std::string& conninfo) {
  const Connection connection = connect(conninfo);
  const std::stop_token never;
  const Link link{connection.get(), never};
  run(link, "SET statement_timeout = '2s'");
  return Rows(link, sessions_query).number<std::uint64_t>(0, 0);
}

}  // namespace onetrip
