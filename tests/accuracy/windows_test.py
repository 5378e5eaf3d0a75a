"""Windows beside the requests that they should be, from the committed recordings; and whether the comparison itself
can be believed."""

import os
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ["ONETRIP_REPLAY"] = str(pathlib.Path(os.environ["ONETRIP_BIN"]).parent / "onetrip_replay")
sys.path.insert(0, str(ROOT / "bench/accuracy"))

import recording  # noqa: E402  (after the path that it is found by)
from windows import POOLS, USERS, Comparison, compare, measured  # noqa: E402

ADA, AGAIN, BOB = "00000001a", "00000001b", "00000002a"
LEAST_EXACT = {"bare": 0.55, "rollback": 0.55, "ping": 0.95}  # of one user's requests, without tags


def ran(*windows):
    return [{"window": window, "fingerprint": "f"} for window in windows]


def finding(window, count, confidence="proven"):
    return {"statement": {"fingerprint": "f"}, "evidence": {"count": count}, "window": {"id": window},
            "confidence": confidence}


class Comparing(unittest.TestCase):
    def test_a_window_for_each_request_is_exact(self):
        self.assertEqual(compare(ran("v", "v", "w"), [ADA, ADA, BOB], []), Comparison(requests=2, exact=2))

    def test_two_requests_in_a_window_are_merged(self):
        self.assertEqual(compare(ran("v", "v", "w"), [ADA, BOB, AGAIN], []), Comparison(requests=3, exact=1, merged=2))

    def test_a_request_in_two_windows_is_split(self):
        self.assertEqual(compare(ran("v", "w", "x"), [ADA, ADA, BOB], []), Comparison(requests=2, exact=1, split=1))

    def test_a_request_may_be_both(self):
        told = compare(ran("v", "w", "w"), [ADA, ADA, BOB], [])
        self.assertEqual((told.exact, told.merged, told.split), (0, 2, 1))

    def test_what_is_of_no_request_spoils_the_window_of_one(self):
        self.assertEqual(compare(ran("v", "v"), ["", ADA], []), Comparison(requests=1, merged=1))

    def test_what_lies_in_no_window_is_not_looked_at(self):
        self.assertEqual(compare(ran(None, "v"), [ADA, ADA], []), Comparison(requests=1, exact=1))

    def test_a_finding_of_one_request_mixes_nothing(self):
        told = compare(ran("v", "v", "v"), [ADA, ADA, BOB], [finding("v", 2)])
        self.assertEqual((told.findings, told.mixed, told.mixed_users), (1, 0, 0))

    def test_a_finding_that_counts_more_than_any_request_ran_mixes_them(self):
        told = compare(ran("v", "v", "v"), [ADA, ADA, BOB], [finding("v", 3, "likely")])
        self.assertEqual((told.mixed, told.mixed_proven, told.mixed_users), (1, 0, 1))

    def test_two_requests_of_one_user_mix_no_users(self):
        told = compare(ran("v", "v"), [ADA, AGAIN], [finding("v", 2)])
        self.assertEqual((told.mixed, told.mixed_proven, told.mixed_users), (1, 1, 0))

    def test_the_same_statement_in_another_window_counts_for_nothing(self):
        told = compare(ran("v", "v", "w", "w", "w"), [ADA, BOB, AGAIN, AGAIN, AGAIN], [finding("v", 2)])
        self.assertEqual((told.mixed, told.mixed_users), (1, 1))


class TakingTagsOut(unittest.TestCase):
    def test_they_leave_blanks_of_their_length(self):
        text = b"SELECT 1 /*route='/a',traceparent='00-ab-cd-01'*/ + 2 /* other */ * 3"
        self.assertEqual(recording.untagged(text), b"SELECT 1 /*" + b" " * 36 + b"*/ + 2 /* other */ * 3")

    def test_two_are_two(self):
        text = b"1 /*traceparent='a'*/ 2 /*traceparent='b'*/ 3"
        self.assertEqual(recording.untagged(text).replace(b" ", b""), b"1/**/2/**/3")


class Crowd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.runs = {(pool, users): told for pool in POOLS for users, *told in measured(pool)}

    def test_all_were_recorded(self):
        self.assertEqual(sorted(self.runs), sorted((pool, users) for pool in POOLS for users in USERS))
        for tagged, untagged in self.runs.values():
            self.assertGreaterEqual(tagged.requests, 100)
            self.assertEqual(tagged.requests, untagged.requests)

    def test_with_tags_every_request_is_a_window_and_no_finding_mixes_two(self):
        for run, (tagged, _) in self.runs.items():
            with self.subTest(run):
                self.assertGreater(tagged.findings, 0)
                self.assertEqual((tagged.exact, tagged.mixed, tagged.mixed_users), (tagged.requests, 0, 0))

    def test_no_finding_that_mixes_requests_is_called_proven(self):
        for run, told in self.runs.items():
            with self.subTest(run):
                self.assertEqual([one.mixed_proven for one in told], [0, 0])

    def test_without_tags_most_requests_of_one_user_are_windows(self):
        for pool, least in LEAST_EXACT.items():
            with self.subTest(pool):
                untagged = self.runs[pool, 1][1]
                self.assertGreaterEqual(untagged.exact / untagged.requests, least)


if __name__ == "__main__":
    unittest.main()
