"""One client over one leg: direct, through what stands between, compared; and whether the proxy saw all of it."""

import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from client import Place
from comparison import Difference, Outcome, compare, port_mask

CLEAN = ("onetrip_events_dropped_total", "onetrip_blind_sessions_total")


@dataclass
class Verdict:
    client: str
    leg: str
    scenarios: int = 0
    differences: list = field(default_factory=list)
    complaints: list = field(default_factory=list)  # not a difference, and yet not what a run should be
    statements: int = 0  # that the proxy analysed

    @property
    def same(self):
        return not self.differences and not self.complaints


def series(api):
    """Every sample of the metrics page."""
    samples = {}
    for line in api.call("GET", "/metrics").splitlines():
        if line and not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            samples[name] = float(value)
    return samples


class Watch:
    """What the proxy counted while a client ran."""

    def __init__(self, api):
        self.api = api
        api.flush()
        self.before = series(api)

    def grown(self):
        self.api.flush()
        after = series(self.api)
        return {name: value - self.before.get(name, 0) for name, value in after.items()}

    def judge(self, client, verdict):
        grown = self.grown()
        verdict.statements = int(sum(value for name, value in grown.items()
                                     if name.startswith("onetrip_statements_total")))
        for name, value in grown.items():
            counts = "fault" in name or name.startswith(CLEAN)
            if counts and value and not (client.may_go_blind and name.startswith("onetrip_blind_sessions_total")):
                verdict.complaints.append(f"the proxy's {name} grew by {value:g}")
        if verdict.statements == 0:
            verdict.complaints.append("the proxy analysed no statement of it")


def took(client, ground, road):
    """What the client gives on a road, from the same beginning each time."""
    ground.fresh()
    with tempfile.TemporaryDirectory(prefix="onetrip-conformance-run-") as folder:
        Path(folder).chmod(0o755)
        try:
            return client.run(Place(ground, road, Path(folder)))
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            return [Outcome(f"the run {road.name}", {"exit code": b"none", "stderr": str(error).encode()})]


def unexpected_ends(client, outcomes):
    """A client that fails in the same way on both roads has compared nothing."""
    for one in outcomes:
        code = one.parts.get("exit code", b"0")
        if code != b"0" and one.scenario not in client.may_fail:
            tail = one.parts.get("stderr", b"").decode(errors="replace").strip().splitlines()[-12:]
            yield "\n".join([f"{one.scenario} ended with {code.decode()} on the direct road:", *tail])


def judge(client, ground, leg, direct, through, api=None):
    """Runs the client on both roads. `api`: of the proxy on the second, when there is a proxy."""
    verdict = Verdict(client.name, leg.name)
    first = took(client, ground, direct)
    watch = Watch(api) if api else None
    second = took(client, ground, through)
    if watch:
        watch.judge(client, verdict)
    verdict.scenarios = sum(one.count() for one in first)
    verdict.differences = compare(first, second, (*client.masks, port_mask(direct.port)),
                                  (*client.masks, port_mask(through.port)))
    verdict.complaints += unexpected_ends(client, first)
    return verdict


def say(verdict):
    """One line, and the evidence when there is any."""
    fate = "same" if verdict.same else "different" if verdict.differences else "same, but"
    scenarios = "1 scenario" if verdict.scenarios == 1 else f"{verdict.scenarios} scenarios"
    lines = [f"{verdict.client}, {verdict.leg}: {scenarios}, {fate} ({verdict.statements} statements analysed)"]
    for one in verdict.differences:
        lines += [f"  {one.scenario}, {one.part}:", *("    " + line for line in one.text.splitlines())]
    for one in verdict.complaints:
        lines += ["  " + line for line in one.splitlines()]
    return "\n".join(lines)


__all__ = ["Difference", "Verdict", "judge", "say"]
