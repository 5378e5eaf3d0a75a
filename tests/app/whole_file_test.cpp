#include "app/whole_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "app/environment.hpp"

using namespace onetrip;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "onetrip-files-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ / name; }
  std::size_t size() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

std::string content(const std::string& path) {
  std::string out;
  REQUIRE(read_file(path, out));
  return out;
}

}  // namespace

TEST_CASE("a file is replaced as a whole, and nothing lies beside it") {
  const Folder folder;
  const std::string file = folder.file("report.json");
  write_whole(file, std::string(100'000, 'a'));
  CHECK(content(file).size() == 100'000);
  write_whole(file, "b\n");
  CHECK(content(file) == "b\n");
  CHECK(folder.size() == 1);
}

TEST_CASE("a new file is for whom the umask says, an old one keeps its mode") {
  const Folder folder;
  const std::string file = folder.file("report.json");
  const mode_t mask = ::umask(027);
  write_whole(file, "a");
  ::umask(mask);
  CHECK((fs::status(file).permissions() & fs::perms::all) == fs::perms(0640));
  fs::permissions(file, fs::perms(0604));
  write_whole(file, "b");
  CHECK((fs::status(file).permissions() & fs::perms::all) == fs::perms(0604));
}

TEST_CASE("a link stays a link") {
  const Folder folder;
  write_whole(folder.file("real"), "a");
  fs::create_symlink("real", folder.file("link"));
  write_whole(folder.file("link"), "b");
  CHECK(fs::is_symlink(folder.file("link")));
  CHECK(content(folder.file("real")) == "b");
}

TEST_CASE("what is no file is written to as it is, and a full disk is told") {
  CHECK_NOTHROW(write_whole("/dev/null", "a"));
  CHECK(fs::is_character_file("/dev/null"));
  CHECK_THROWS_WITH(write_whole("/dev/full", "a"),
                    "cannot write /dev/full: No space left on device");
  CHECK_THROWS_WITH(append_to("/dev/full", "a"), Catch::Contains("No space left"));
}

TEST_CASE("a place that cannot be written to is told before there is anything to write") {
  const Folder folder;
  CHECK_NOTHROW(check_writable(folder.file("new")));
  CHECK_NOTHROW(check_writable("/dev/stdout"));
  CHECK_THROWS_WITH(check_writable(folder.file("no/report.xml")),
                    Catch::Contains("report.xml: there is no folder " + folder.file("no")));
  CHECK_THROWS_WITH(check_writable(folder.file("")), Catch::Contains("directory"));
  CHECK_THROWS_WITH(write_whole(folder.file("no/report.xml"), "a"), Catch::Contains("report.xml"));
}

TEST_CASE("appending keeps what is there") {
  const Folder folder;
  append_to(folder.file("summary"), "a\n");
  append_to(folder.file("summary"), "b\n");
  CHECK(content(folder.file("summary")) == "a\nb\n");
}
