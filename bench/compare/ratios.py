"""Figures of one case, round by round, and what may be said of their ratios. No more is assumed than that the rounds
are alike: ratios are taken within a round, where all forwarders met the same machine."""

import math
import statistics
from dataclasses import dataclass, field

FIGURES = ("tps", "cpu", "p50", "p99")


@dataclass
class Result:
    """`rounds`: one dict per round, from forwarder to its figures. `rss_kib`: from forwarder to KiB of resident memory
    for each idle connection, of each round. `idle_cpu`: the same, CPU ms per second of those that idle.
    `left_out`: from a forwarder that should have been measured, and was not, to the reason; None where a file does not
    tell."""
    case: str
    clients: int
    rounds: list
    rss_kib: dict = field(default_factory=dict)
    idle_cpu: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)  # what was observed besides, in sentences
    faults: list = field(default_factory=list)  # what should not have been
    left_out: dict | None = None

    @property
    def names(self):
        return [name for name in (self.rounds or [{}])[0] if all(name in one for one in self.rounds)]

    @property
    def missing(self):
        """In sentences, one for each reason."""
        reasons = {}
        for name, reason in (self.left_out or {}).items():
            reasons.setdefault(" ".join(reason.split()), []).append(name)
        return [f"{', '.join(names) if self.rounds else 'the row'} is left out: {reason}"
                for reason, names in reasons.items()]

    def median(self, name, figure):
        return statistics.median(one[name][figure] for one in self.rounds)

    def ratio(self, name, other, figure):
        """Median, low and high of the paired ratios; None where one of them was not measured."""
        pairs = [one[name][figure] / one[other][figure] for one in self.rounds
                 if name in one and other in one and one[other][figure] > 0]
        return interval(pairs) if pairs else None


def interval(ratios):
    """The median, and a 95 % interval of it from the order statistics (exact binomial; no shape assumed). With fewer
    than 6 ratios there is no such interval: it is then their whole range."""
    ordered = sorted(ratios)
    count = len(ordered)
    cut = 0
    while 2 * sum(math.comb(count, k) for k in range(cut + 1)) / 2**count <= 0.05:
        cut += 1
    cut = max(0, cut - 1)
    return statistics.median(ordered), ordered[cut], ordered[count - 1 - cut]


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))


def percentile(ordered, share):
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else float("nan")
