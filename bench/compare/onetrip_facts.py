"""What the proxy itself says of a case: that it dropped nothing, parsed no shape twice, and found the loop."""

import contextlib
import subprocess
import tempfile

SHAPES = 100_000
SHAPES_LIMIT_MIB = 64


class Watch:
    """Looks at one running proxy from before a case to after it."""

    def __init__(self, proxy, case):
        self.proxy, self.case = proxy, case
        if case.loop:
            proxy.api.reset()
        self.dropped = proxy.count("onetrip_events_dropped_total")
        self.parsed = proxy.count("onetrip_parses_total")
        self.first_parsed = None  # when the first round was over
        self.shapes = proxy.count("onetrip_statement_shapes")

    def round_over(self):
        if self.first_parsed is None:
            self.first_parsed = self.proxy.count("onetrip_parses_total")

    def finish(self, result):
        dropped = self.proxy.count("onetrip_events_dropped_total") - self.dropped
        if dropped > 0:
            result.faults.append(f"{dropped:.0f} events dropped")
        total = self.proxy.count("onetrip_parses_total")
        parsed = total - self.parsed
        shapes = self.proxy.count("onetrip_statement_shapes") - self.shapes
        result.notes.append(f"onetrip dropped {dropped:.0f} events, asked libpg_query {parsed:.0f} times, "
                            f"met {shapes:.0f} new shapes")
        if parsed > shapes:
            result.faults.append(f"{parsed:.0f} calls to libpg_query for {shapes:.0f} new shapes")
        # A row asks the same in each round, so that from the second on every shape is known.
        if self.first_parsed is not None and total > self.first_parsed:
            result.faults.append(f"{total - self.first_parsed:.0f} calls to libpg_query after the first round")
        if self.case.loop:
            self.look_for_loop(result)

    def look_for_loop(self, result):
        findings = [one for one in self.proxy.api.findings(rule="n-plus-one")
                    if (one.get("link") or {}).get("matched") == 50]
        if not findings:
            result.faults.append("no finding says that 50 of 50 are linked")
            return
        runs = sum(one["onetrip"]["transactions"] for one in result.rounds)
        found = findings[0]
        result.notes.append(f"found: {found['title']}; {found['confidence']}, {found['link']['matched']} linked, in "
                            f"{found['seen']['windows']} windows of {runs} runs")


@contextlib.contextmanager
def watched(running, case, result):
    """While it lasts, the proxy among these is looked at. What it yields wants to be told that a round is over; where
    the proxy is a fresh one in each, there is nothing to tell."""
    watches = [Watch(one, case) for one in running if one.name == "onetrip"]
    yield watches
    for watch in watches:
        watch.finish(result)


def shape_faults(shapes, cache, dropped):
    if shapes < SHAPES:
        yield f"only {shapes:.0f} of {SHAPES} shapes are known"
    if cache > SHAPES_LIMIT_MIB:
        yield f"{SHAPES} shapes take {cache:.1f} MiB"
    if dropped > 0:
        yield f"{dropped:.0f} events dropped"


def many_shapes(kind, road, resident_kib):
    """What 100,000 different statements leave in a fresh proxy; sentences, and what should not have been."""
    with kind(road) as proxy, tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.writelines(f"SELECT 1 AS column_{number};\n" for number in range(SHAPES))
        script.flush()
        before = resident_kib(proxy.pids())
        subprocess.run(["psql", "-XAtq", "-o", "/dev/null", "-f", script.name], check=True,
                       env=road.server.environment(host="127.0.0.1", port=proxy.port, PGSSLMODE="disable"))
        proxy.settle()
        grown = (resident_kib(proxy.pids()) - before) / 1024
        shapes = proxy.count("onetrip_statement_shapes")
        cache = proxy.count("onetrip_statement_cache_bytes") / 2**20
        dropped = proxy.count("onetrip_events_dropped_total")
    notes = [f"{SHAPES} shapes: {shapes:.0f} known at the end, {cache:.1f} MiB of caches, "
             f"the process grew by {grown:.1f} MiB, {dropped:.0f} events dropped"]
    return notes, list(shape_faults(shapes, cache, dropped))
