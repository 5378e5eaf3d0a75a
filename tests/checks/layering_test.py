"""The house keeps to its table of rooms, and the check that says so can fail."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from layering import Layers, read_tree  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = Layers.load(ROOT / "tests/checks/layers.toml")


def faults(path, text, **others):
    headers = {
        "analyzer/event.hpp": "",
        "analyzer/engine.hpp": "",
        "proxy/wire/framer.hpp": "",
        "proxy/net/relay.hpp": "",
        "rules/rule.hpp": "",
        "rules/other.hpp": "",
    }
    return list(LAYERS.faults({**headers, **others, path: text}))


class TheHouse(unittest.TestCase):
    maxDiff = None

    def test_keeps_to_the_table(self):
        self.assertEqual(list(LAYERS.faults(read_tree(ROOT))), [])

    def test_has_rooms_with_files(self):
        rooms = {LAYERS.room_of(path) for path in read_tree(ROOT)}
        self.assertEqual(rooms, set(LAYERS.rooms))

    def test_names_no_file_that_is_gone(self):
        tree = read_tree(ROOT)
        for start in LAYERS.files:
            self.assertTrue(any(path.startswith(start) for path in tree), start)

    def test_one_pair_parses_sql_and_only_the_catalog_speaks_libpq(self):
        def using(kind):
            return {start for start, file in LAYERS.files.items() if kind in file["uses"]}

        self.assertEqual(using("pg_query"), {"analyzer/statement_parser."})
        self.assertEqual(using("pq"), {"analyzer/catalog_reader.", "analyzer/catalog_loader."})
        for room in LAYERS.rooms.values():
            self.assertFalse({"pg_query", "pq"} & set(room.get("uses", [])))


class AllowedIncludes(unittest.TestCase):
    def allowed(self, path, text):
        self.assertEqual(faults(path, text), [])

    def test_the_room_itself_and_the_standard_library(self):
        self.allowed("proxy/wire/backend.cpp", '#include "proxy/wire/framer.hpp"\n#include <vector>\n')

    def test_what_the_table_gives(self):
        self.allowed("proxy/session/observer.cpp", '#include "proxy/wire/framer.hpp"\n')
        self.allowed("proxy/session/observer.cpp", '#include "analyzer/event.hpp"\n')
        self.allowed("proxy/net/relay.cpp", '#include "proxy/net/relay.hpp"\n#include <boost/asio/ip/tcp.hpp>\n')
        self.allowed("analyzer/worker.cpp", "#include <thread>\nauto t = steady_clock::now();\n")
        self.allowed("analyzer/catalog_reader.cpp", "#include <libpq-fe.h>\n")

    def test_clocks_in_comments_and_durations(self):
        self.allowed("analyzer/window.cpp", "// not steady_clock::now()\nstd::chrono::seconds s{1};\n")


class RefusedIncludes(unittest.TestCase):
    def refused(self, path, text, because):
        found = faults(path, text)
        self.assertEqual(len(found), 1, found)
        self.assertIn(because, found[0])

    def test_a_room_the_table_does_not_give(self):
        self.refused("proxy/wire/a.cpp", '#include "analyzer/event.hpp"\n', "wire may not include")
        self.refused("analyzer/a.cpp", '#include "proxy/wire/framer.hpp"\n', "analyzer may not include")
        self.refused("proxy/session/a.cpp", '#include "proxy/net/relay.hpp"\n', "session may not include")

    def test_a_header_beside_the_one_that_is_given(self):
        self.refused("proxy/session/a.cpp", '#include "analyzer/engine.hpp"\n', "session may not include")
        self.refused("analyzer/a.cpp", '#include "rules/other.hpp"\n', "analyzer may not include")

    def test_libraries_in_the_wrong_room(self):
        for path, header, kind in (
            ("proxy/wire/a.cpp", "boost/asio.hpp", "asio"),
            ("proxy/session/a.hpp", "boost/asio/ip/tcp.hpp", "asio"),
            ("analyzer/engine.cpp", "pg_query.h", "pg_query"),
            ("analyzer/engine.cpp", "libpq-fe.h", "pq"),
            ("analyzer/window.cpp", "boost/json.hpp", "json"),
            ("rules/a.cpp", "spdlog/spdlog.h", "spdlog"),
        ):
            with self.subTest(path=path, header=header):
                text = f"#include <{header}>\n"
                if path == "analyzer/engine.cpp":
                    text = '#include "analyzer/engine.hpp"\n' + text
                self.refused(path, text, f"may not use {kind}")

    def test_threads_streams_and_sockets_in_pure_rooms(self):
        for header, kind in (("thread", "threads"), ("mutex", "threads"), ("iostream", "streams"),
                             ("sys/socket.h", "system"), ("atomic", "atomics")):
            for path in ("proxy/wire/a.cpp", "proxy/session/a.cpp", "analyzer/a.cpp", "rules/a.cpp"):
                with self.subTest(path=path, header=header):
                    self.refused(path, f"# include <{header}>\n", f"may not use {kind}")

    def test_clocks_in_pure_rooms(self):
        self.refused("analyzer/a.cpp", "auto t = std::chrono::steady_clock::now();\n", "steady_clock::now")
        self.refused("rules/a.cpp", "std::this_thread::sleep_for(1s);\n", "sleep_for")

    def test_what_nobody_knows(self):
        self.refused("app/a.cpp", "#include <zlib.h>\n", "no line of [outside]")
        self.refused("app/a.cpp", '#include "relay.hpp"\n', "no file of this repository")

    def test_another_header_before_ones_own(self):
        text = '#include <vector>\n#include "analyzer/engine.hpp"\n'
        self.refused("analyzer/engine.cpp", text, "its own header")


if __name__ == "__main__":
    unittest.main()
