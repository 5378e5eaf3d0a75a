#include <pthread.h>

#include <boost/json.hpp>
#include <functional>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "analyzer/sinks/json_text.hpp"
#include "analyzer/statement_cache.hpp"
#include "app/facts_text.hpp"
#include "app/verbs.hpp"

namespace onetrip {
namespace {

struct Task {
  const std::string& sql;
  std::vector<Statement> statements;
};

void* describe_task(void* argument) {
  auto* task = static_cast<Task*>(argument);
  task->statements = describe(task->sql);
  return nullptr;
}

/// On a stack as large as the worker's: libpg_query recurses as deep as the statement nests.
std::vector<Statement> describe_safely(const std::string& sql) {
  constexpr std::size_t stack_size = std::size_t{64} << 20U;
  Task task{sql, {}};
  pthread_attr_t attributes;
  pthread_t thread{};
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size);
  const int error = pthread_create(&thread, &attributes, describe_task, &task);
  pthread_attr_destroy(&attributes);
  if (error != 0) throw std::runtime_error("no memory for a thread that reads SQL");
  pthread_join(thread, nullptr);
  return std::move(task.statements);
}

}  // namespace

Exit print_fingerprint(const Options& options) {
  std::string sql = options.argument;
  if (sql.empty() || sql == "-") sql.assign(std::istreambuf_iterator<char>(std::cin), {});
  const std::vector<Statement> statements = describe_safely(sql);
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
