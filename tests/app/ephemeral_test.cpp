#include "app/ephemeral.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "app/probe.hpp"
#include "app/url.hpp"

using namespace onetrip;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "onetrip-programs-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::string with(const std::string& folder) const {
    fs::create_directories(path / folder);
    for (const char* program : {"initdb", "postgres"}) {
      const fs::path file = path / folder / program;
      std::ofstream(file) << "#!/bin/sh\n";
      fs::permissions(file, fs::perms(0755));
    }
    return path / folder;
  }
  fs::path path;
};

Environment environment_of(const Folder& folder) {
  Environment out = read_environment();
  out["TMPDIR"] = folder.path;
  fs::permissions(folder.path, fs::perms(0755));
  return out;
}

Endpoint endpoint_of(const EphemeralPostgres& server) {
  return std::get<UpstreamUrl>(parse_upstream(server.upstream())).endpoint;
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("the server's programs are those of PATH, else the newest that is installed") {
  const Folder folder;
  const std::string installed = folder.path / "installed";
  CHECK(find_server_programs("/nonexistent::", installed).empty());
  folder.with("installed/9.6/bin");
  const std::string newest = folder.with("installed/15/bin");
  folder.with("installed/14/bin");
  fs::create_directories(folder.path / "installed/16/bin");
  CHECK(find_server_programs("/nonexistent", installed) == newest);
  const std::string own = folder.with("own");
  CHECK(find_server_programs("/nonexistent:" + own, installed) == own);
}

TEST_CASE("a throwaway server answers, and is gone without a trace") {
  const Folder folder;
  Endpoint endpoint;
  {
    const EphemeralPostgres server(environment_of(folder));
    endpoint = endpoint_of(server);
    CHECK(why_unreachable(endpoint, std::chrono::seconds(5)).empty());
    CHECK(entries(folder.path) == 1);
    CHECK(fs::status(endpoint.unix_dir).permissions() == fs::perms(0700));
  }
  CHECK_FALSE(why_unreachable(endpoint, std::chrono::seconds(5)).empty());
  CHECK(entries(folder.path) == 0);
}

TEST_CASE("a temporary folder that no address can name is passed over") {
  const Folder folder;
  for (const char* name : {"a b", "a,b", "\xC3\xBC'\"%41:5"}) {
    const fs::path temporary = folder.path / name;
    fs::create_directory(temporary);
    fs::permissions(temporary, fs::perms(0777));
    Environment environment = environment_of(folder);
    environment["TMPDIR"] = temporary;
    const EphemeralPostgres server(environment);
    INFO(name << ": " << server.upstream());
    CHECK(why_unreachable(endpoint_of(server), std::chrono::seconds(5)).empty());
  }
}

TEST_CASE("why a throwaway server does not start is told, and nothing is left") {
  const Folder folder;
  const std::string programs = folder.with("programs");
  std::ofstream(programs + "/initdb")
      << "#!/bin/sh\necho 'initdb: error: the moon is full'\nexit 1\n";
  fs::create_directory(folder.path / "tmp");
  fs::permissions(folder.path, fs::perms(0755));
  CHECK_THROWS_WITH(EphemeralPostgres({{"PATH", programs}, {"TMPDIR", folder.path / "tmp"}}),
                    Catch::Contains("initdb failed: initdb: error: the moon is full"));
  CHECK(entries(folder.path / "tmp") == 0);
}
