"""Accuracy on the committed recordings, and whether the scorer itself can be believed."""

import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench/accuracy"
REPLAY = pathlib.Path(os.environ["ONETRIP_BIN"]).parent / "onetrip_replay"
sys.path.insert(0, str(BENCH))

import counting  # noqa: E402  (after the path that they are found by)
import labels  # noqa: E402
import recording  # noqa: E402
from verdict import judge, mixes  # noqa: E402

REACHED = ["cases", "precision", "recall", "column", "fixes", "mixed", "names"]
RULES = ["n-plus-one", "select-in-loop"]


def finding(rule="n-plus-one", parent=("book.author_id",), child="author.id", direction="forward", code="", orm="django"):
    return {"rule": rule, "confidence": "proven", "statement": {"summary": f"SELECT {child.split('.')[0]}"},
            "link": {"parent_columns": list(parent), "child_column": child, "direction": direction} if parent else None,
            "advice": {"code": code, "orm": orm}}


def labelled(case, n=10, orm="django", **fixes):
    client = labels.Client("test", [], [], orm, False, fixes=fixes)
    return labels.Labelled(client, labels.cases()[case], n, ())


class Scorer(unittest.TestCase):
    def judged(self, case, *findings, n=10, **fixes):
        return judge(labelled(case, n, **fixes), findings, [], RULES)

    def test_silence_is_right_where_nothing_is_expected(self):
        self.assertFalse(self.judged("forward.join").spoke)

    def test_a_finding_where_none_is_expected_is_false(self):
        self.assertEqual(len(self.judged("forward.join", finding()).false), 1)

    def test_a_finding_on_another_table_is_false_and_the_case_is_missed(self):
        verdict = self.judged("forward.lazy", finding(child="publisher.id"))
        self.assertEqual((len(verdict.false), len(verdict.missed)), (1, 1))

    def test_a_loop_without_its_parent_is_not_false_but_does_not_count_as_found(self):
        verdict = self.judged("forward.lazy", finding("select-in-loop", parent=()))
        self.assertEqual((len(verdict.false), len(verdict.allowed), len(verdict.missed)), (0, 1, 1))

    def test_below_its_least_size_a_case_is_silent(self):
        self.assertEqual(len(self.judged("ids.lookup", finding("select-in-loop", (), "book.id"), n=3).false), 1)

    def test_a_wrong_column_of_the_right_parent(self):
        true = self.judged("forward.lazy", finding(parent=("book.id",))).true[0]
        self.assertEqual((true.parent, true.column, true.direction), (True, False, True))

    def test_one_of_two_columns_is_not_the_right_parent(self):
        true = self.judged("two_keys.lazy", finding(parent=("match.home_id",), child="team.id")).true[0]
        self.assertFalse(true.column)

    def test_a_rule_that_the_program_does_not_have_is_not_missed(self):
        self.assertEqual(self.judged("tree.up").missed, [])

    def test_fixes(self):
        fixes = {"forward.lazy": ['select_related("author")']}
        for code, right in (("Book.objects.select_related('author')", True), ('select_related("writer")', False), ("", None),
                            ("selectinload(...)", None)):
            with self.subTest(code):
                self.assertIs(self.judged("forward.lazy", finding(code=code), **fixes).true[0].fix, right)

    def test_the_words_of_an_orm_are_wrong_for_a_plain_driver(self):
        verdict = judge(labelled("forward.lazy", orm=""), [finding(code="Book.includes(:author)")], [], RULES)
        self.assertIs(verdict.true[0].fix, False)


    def test_a_finding_that_counts_two_requests_together_mixes_them(self):
        ran = [{"fingerprint": "f", "trace": trace} for trace in "aaabbb"]
        for count, mixed in ((3, False), (6, True)):
            said = {"statement": {"fingerprint": "f"}, "evidence": {"count": count}}
            self.assertIs(mixes(said, ran), mixed)
            self.assertIsNone(mixes(said, [dict(one, trace="") for one in ran]))


class CountingRules(unittest.TestCase):
    def ran(self, count, step_ms=1, values=None, trace="t"):
        return [{"session": 1, "ms": i * step_ms, "end_ms": i * step_ms, "fingerprint": "f", "text": "t", "trace": trace,
                 "values": values or str(i)} for i in range(count)]

    def spoke(self, ran):
        return {name for name, speaks in counting.RULES.items() if speaks(ran)}

    def test_two_of_a_shape(self):
        self.assertEqual(self.spoke(self.ran(2)), {"2 of a shape in a request"})

    def test_five_in_a_row(self):
        self.assertEqual(len(self.spoke(self.ran(5))), 5)
        self.assertEqual(len(self.spoke(self.ran(6))), 6)

    def test_equal_values_are_one(self):
        self.assertNotIn("5 distinct values in a request", self.spoke(self.ran(6, values="same")))

    def test_pauses_part_requests_without_a_trace(self):
        self.assertNotIn("2 of a shape in a request", self.spoke(self.ran(6, step_ms=200, trace="")))


class Replay(unittest.TestCase):
    def replay(self, content):
        return subprocess.run([REPLAY], input=content, capture_output=True, check=False)

    def test_a_recording_is_read_back_as_it_was_written(self):
        run = recording.Run(case="x", n=1, flags=["tag"])
        run.add(b"f", 1, 0, b"e\0\n" * 100)
        run.add(b"b", 300, 1 << 40, b"")
        content = recording.MAGIC + run.to_bytes() * 2
        self.assertEqual(list(recording.runs(content)), [({"case": "x", "n": 1, "flags": ["tag"]}, run.to_bytes())] * 2)

    def test_a_recording_that_is_cut_is_refused(self):
        run = recording.Run(case="x", n=1, flags=[])
        run.add(b"o", 1, 0, b"\0\0\0\x08\0\x03\0\0")
        run.add(b"x", 1, 5)
        whole = recording.MAGIC + run.to_bytes()
        self.assertEqual(self.replay(whole).returncode, 0)
        for length in range(len(whole)):
            if length not in (len(recording.MAGIC),):  # no run at all is a recording
                self.assertEqual(self.replay(whole[:length]).returncode, 2, length)


class Accuracy(unittest.TestCase):
    def test_goals_that_are_reached(self):
        done = subprocess.run([sys.executable, "-B", BENCH / "score.py", "--check", *REACHED], capture_output=True,
                              text=True, check=False, env=dict(os.environ, ONETRIP_REPLAY=str(REPLAY)))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Labels(unittest.TestCase):
    def test_they_can_be_read(self):
        names = labels.client_names()
        self.assertTrue(names)
        for name in names:
            with self.subTest(name):
                self.assertEqual(labels.client(name).name, name)
