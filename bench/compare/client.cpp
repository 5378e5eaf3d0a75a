// As `pgbench -M extended`, but variables are put into the text, as an ORM does that writes
// literals and comments: pgbench would bind them. Each statement is Parse, Bind, Describe, Execute,
// Sync.
//   bench_client SCRIPT CLIENTS SECONDS LOG
// SCRIPT: lines "\set NAME random(LOW, HIGH)", then one statement with :NAME in it. LOG gets a line
// per transaction as pgbench -l writes it: client, number, microseconds. Connects as PG* say.
#include <libpq-fe.h>
#include <poll.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Variable {
  std::string name;
  std::uniform_int_distribution<std::int64_t> values;
};

class Script {
 public:
  explicit Script(const std::string& path) {
    static const std::regex set(R"(\\set (\w+) random\((\d+), (\d+)\))");
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      std::smatch words;
      if (std::regex_match(line, words, set)) {
        variables_.push_back(
            {":" + words[1].str(), std::uniform_int_distribution<std::int64_t>(
                                       std::stoll(words[2]), std::stoll(words[3]))});
      } else {
        statement_ += line;
      }
    }
    if (statement_.empty()) throw std::runtime_error("no statement in " + path);
  }

  std::string next() {
    std::string text = statement_;
    for (Variable& variable : variables_) {
      const std::string value = std::to_string(variable.values(random_));
      for (auto at = text.find(variable.name); at != std::string::npos;
           at = text.find(variable.name, at + value.size())) {
        text.replace(at, variable.name.size(), value);
      }
    }
    return text;
  }

 private:
  std::vector<Variable> variables_;
  std::string statement_;
  std::mt19937_64 random_{std::random_device{}()};
};

/// One connection, with one statement under way.
class Client {
 public:
  Client() : connection_(PQconnectdb(""), &PQfinish) {
    check(PQstatus(connection_.get()) == CONNECTION_OK);
  }

  int descriptor() const { return PQsocket(connection_.get()); }

  void send(const std::string& text) {
    begun_ = Clock::now();
    check(PQsendQueryParams(connection_.get(), text.c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                            0) == 1);
    check(PQflush(connection_.get()) == 0);
  }

  /// Reads what is there; true when the answer is complete.
  bool receive() {
    check(PQconsumeInput(connection_.get()) == 1);
    while (PQisBusy(connection_.get()) == 0) {
      const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(connection_.get()),
                                                                 &PQclear);
      if (!result) return true;
      check(PQresultStatus(result.get()) == PGRES_TUPLES_OK);
    }
    return false;
  }

  std::int64_t microseconds() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun_).count();
  }

 private:
  void check(bool fine) const {
    if (!fine) throw std::runtime_error(PQerrorMessage(connection_.get()));
  }

  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  Clock::time_point begun_;
};

void run(Script& script, std::size_t count, std::chrono::seconds duration, std::ofstream& log) {
  std::vector<Client> clients(count);
  std::vector<pollfd> waits;
  for (const Client& client : clients) waits.push_back({client.descriptor(), POLLIN, 0});
  const auto begun = Clock::now();
  for (Client& client : clients) client.send(script.next());
  std::size_t waiting = count;
  std::uint64_t transactions = 0;
  while (waiting > 0) {
    poll(waits.data(), waits.size(), -1);
    const bool over = Clock::now() - begun >= duration;
    for (std::size_t i = 0; i < count; ++i) {
      if (waits[i].revents == 0 || !clients[i].receive()) continue;
      log << i << ' ' << ++transactions << ' ' << clients[i].microseconds() << '\n';
      if (over) {
        waits[i].fd = -1;
        --waiting;
      } else {
        clients[i].send(script.next());
      }
    }
  }
  const std::chrono::duration<double> took = Clock::now() - begun;
  std::cout << "tps = " << static_cast<double>(transactions) / took.count() << '\n';
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return 2;
  try {
    Script script(words[1]);
    std::ofstream log(words[4]);
    run(script, std::stoul(words[2]), std::chrono::seconds(std::stoi(words[3])), log);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
