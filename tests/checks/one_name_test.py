"""One name is one type in the whole program, and the check that says so can fail."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from layering import read_tree  # noqa: E402
from one_name import faults, types_of  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_programs():
    """Sources of each test program, by folder: all of a folder is linked together, with the rooms."""
    programs = {}
    for path in (ROOT / "tests").rglob("*.[ch]pp"):
        relative = path.relative_to(ROOT)
        if len(relative.parts) > 2:
            programs.setdefault(relative.parts[1], {})[relative.as_posix()] = path.read_text(encoding="utf-8")
    programs.pop("fuzz", None)  # one program per file
    return programs


class TheHouse(unittest.TestCase):
    maxDiff = None

    def test_gives_each_type_its_own_name(self):
        rooms = read_tree(ROOT)
        self.assertIn("onetrip::Observer", set(types_of(rooms["proxy/session/observer.hpp"])))
        self.assertEqual(list(faults(rooms)), [])

    def test_gives_each_type_of_a_test_program_its_own_name(self):
        rooms = read_tree(ROOT)
        for folder, sources in test_programs().items():
            with self.subTest(folder):
                self.assertEqual(list(faults({**rooms, **sources})), [])


class Types(unittest.TestCase):
    def found(self, text, *names):
        self.assertEqual(list(types_of(text)), list(names))

    def test_of_a_namespace(self):
        self.found("namespace onetrip { class A final : public B { int x; }; }", "onetrip::A")
        self.found("namespace onetrip { class A : B<int>, private onetrip::C { }; }", "onetrip::A")
        self.found("namespace onetrip { struct alignas(64) A { }; }", "onetrip::A")
        self.found("namespace onetrip { enum class A : int { one, two }; union U { int x; }; }", "onetrip::A", "onetrip::U")
        self.found("namespace onetrip { template <class T> struct A { T x; }; }", "onetrip::A")

    def test_of_namespaces_within(self):
        self.found("namespace onetrip::frontend { struct A { }; } namespace onetrip { struct B { }; }",
                   "onetrip::frontend::A", "onetrip::B")

    def test_not_of_a_file_alone(self):
        self.found("namespace onetrip { namespace { struct A { }; } struct B { }; }", "onetrip::B")

    def test_not_within_a_type_or_a_function(self):
        self.found("namespace onetrip { struct A { struct B { }; enum class C { one }; }; }", "onetrip::A")
        self.found("namespace onetrip { void f() { struct B { }; } }")
        self.found("namespace onetrip { struct A::B { }; }")

    def test_not_where_it_is_only_named(self):
        self.found("namespace onetrip { struct stat file{}; struct stat other = {}; }")
        self.found("namespace onetrip { class A; enum class B : int; struct C* f(struct D d) { return g(d); } }")

    def test_not_in_comments_and_texts(self):
        self.found('namespace onetrip { /* struct A { */ // struct B {\nauto x = "struct C {"; auto y = \'{\'; }')
        self.found("namespace onetrip { auto many = 10'000; struct A { }; auto more = 20'000; }", "onetrip::A")


class Names(unittest.TestCase):
    def test_of_two_files_are_a_fault(self):
        one, other = "namespace onetrip { class A { }; }", "namespace onetrip { enum class A { one }; }"
        self.assertEqual(list(faults({"a.hpp": one, "b.hpp": other})), ["onetrip::A is defined in a.hpp and in b.hpp"])

    def test_of_different_namespaces_are_none(self):
        one, other = "namespace onetrip { class A { }; }", "namespace onetrip::wire { class A { }; }"
        self.assertEqual(list(faults({"a.hpp": one, "b.hpp": other})), [])


if __name__ == "__main__":
    unittest.main()
