"""The goals that the comparison is measured by, and whether each is met. "Beyond its interval": the whole interval
of the paired ratios lies on the wrong side of 1."""

from dataclasses import dataclass, field

from ratios import geometric_mean

OURS, THEIRS, BEFORE = "onetrip", "pgbouncer", "onetrip-before"
CONNECT, ROWS, IDLE = "connect-and-query", "100k-rows", "idle-1000"
LEAST_ROUNDS = 7
LEAST_KNOWN = 50_000  # statements a second


@dataclass
class Goal:
    text: str
    measured: str
    met: bool


@dataclass
class Full:
    """What a run of every row tells besides: from benchmark to known statements a second, or why there are none."""
    known: dict = field(default_factory=dict)
    reason: str = ""


def title(result):
    return f"{result.case} ({result.clients})"


def compared(results, other=THEIRS):
    return [result for result in results if OURS in result.names and other in result.names]


def named(results, name):
    return next((result for result in compared(results) if result.case == name), None)


# PgBouncer keeps server connections open, so that connecting through it is another thing: there HAProxy is the measure.
def ratios(results, figure):
    return [(title(one), one.ratio(OURS, THEIRS, figure)) for one in compared(results) if one.case != CONNECT]


def connect_goal(results, figure, text, within):
    for one in compared(results, "haproxy"):
        if one.case == CONNECT:
            ratio = one.ratio(OURS, "haproxy", figure)
            yield Goal(text, f"{ratio[0]:.2f} [{ratio[1]:.2f}, {ratio[2]:.2f}]", within(ratio))


def tps_goals(results):
    rows = ratios(results, "tps")
    if rows:
        worse = [f"{name} {ratio[0]:.2f}" for name, ratio in rows if ratio[2] < 1]
        yield Goal("tps: no row worse than PgBouncer beyond its interval", ", ".join(worse) or "none", not worse)
        mean = geometric_mean([ratio[0] for _, ratio in rows])
        yield Goal("tps: geometric mean at least 1.0 x PgBouncer", f"{mean:.3f}", mean >= 1)
    met_by_its_interval = "tps: connect-and-query at least 1.0 x HAProxy, met when the interval reaches 1.0"
    yield from connect_goal(results, "tps", met_by_its_interval, lambda ratio: ratio[2] >= 1)


def cpu_goals(results):
    rows = ratios(results, "cpu")
    if rows:
        mean = geometric_mean([ratio[0] for _, ratio in rows])
        yield Goal("CPU per transaction: geometric mean at most 0.95 x PgBouncer", f"{mean:.3f}", mean <= 0.95)
        above = [f"{name} {ratio[0]:.2f} [{ratio[1]:.2f}, {ratio[2]:.2f}]" for name, ratio in rows if ratio[0] > 1]
        yield Goal("CPU per transaction: no row above 1.0 x PgBouncer", ", ".join(above) or "none", not above)
    yield from connect_goal(results, "cpu", "CPU of connect-and-query at most 1.0 x HAProxy",
                            lambda ratio: ratio[0] <= 1)
    many = named(results, ROWS)
    if many:
        middle = many.ratio(OURS, THEIRS, "cpu")[0]
        yield Goal("CPU of 100,000 rows at most 0.75 x PgBouncer", f"{middle:.2f}", middle <= 0.75)


def other_goals(results):
    idle = named(results, IDLE)
    if idle and OURS in idle.rss_kib:
        kib = max(idle.rss_kib[OURS])
        yield Goal("an idle connection at most 8 KiB", f"{kib:.1f} KiB", kib <= 8)
    faults = [f"{title(one)}: {fault}" for one in results for fault in one.faults]
    if faults or any(OURS in one.names for one in results):
        yield Goal("nothing dropped, no shape parsed twice, every N+1 loop found", "; ".join(faults) or "so it is",
                   not faults)


def complete_goal(results):
    """Goals of what was not measured are not even named: so this one is missed then."""
    if any(one.left_out is None for one in results):
        return
    missing = [f"{title(one)}: {text}" for one in results for text in one.missing]
    yield Goal("every row was measured, through every forwarder", "; ".join(missing) or "so it is", not missing)


def full_goals(results, full):
    few = [f"{title(one)} {len(one.rounds)}" for one in results if 0 < len(one.rounds) < LEAST_ROUNDS]
    yield Goal(f"at least {LEAST_ROUNDS} rounds of every row", ", ".join(few) or "so it is", not few)
    text = f"known statements a second on one core: at least {LEAST_KNOWN:,}"
    if full.known:
        name, least = min(full.known.items(), key=lambda one: one[1])
        yield Goal(text, f"{least:,.0f} ({name})", least >= LEAST_KNOWN)
    else:
        yield Goal(text, f"not measured: {full.reason}", False)


def judge(results, full=None):
    """`full`: None where not every row was asked for, or a file does not tell."""
    return [*tps_goals(results), *cpu_goals(results), *other_goals(results), *complete_goal(results),
            *(full_goals(results, full) if full else [])]


def beside_the_one_before(results):
    """No goal, but what a change cost: sentences, none unless an earlier one ran beside."""
    for figure, name in (("tps", "tps"), ("cpu", "CPU per transaction")):
        rows = [(title(one), one.ratio(OURS, BEFORE, figure)) for one in compared(results, BEFORE)]
        if rows:
            mean = geometric_mean([ratio[0] for _, ratio in rows])
            single = ", ".join(f"{row} {ratio[0]:.2f} [{ratio[1]:.2f}, {ratio[2]:.2f}]" for row, ratio in rows)
            yield f"{name}, after ÷ before: geometric mean {mean:.3f}: {single}"
