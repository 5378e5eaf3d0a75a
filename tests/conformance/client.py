"""What every client of the comparison is: whether it can run here, how it is built, and what it gives on a road."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from comparison import Outcome
from ground import Ground, Road

LIMIT_S = 120
HERE = Path(__file__).resolve().parent


@dataclass
class Place:
    """Where one run happens: an empty folder, an empty database at the end of the road."""
    ground: Ground
    road: Road
    folder: Path

    def run(self, scenario, command, given=b"", **more):
        """A program's run, as an outcome. A program that hangs fails by its exit code."""
        process = subprocess.Popen(list(map(str, command)), env=self.road.settings(**more), cwd=self.folder,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            stdout, stderr = process.communicate(given, LIMIT_S)
            code = str(process.returncode)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            code = f"killed after {LIMIT_S} s on the road {self.road.name}"
        parts = {"stdout": stdout, "stderr": stderr, "exit code": code.encode()}
        return Outcome(scenario, parts)


class Client:
    name = ""
    masks = ()
    may_go_blind = False  # of sessions that replicate or break the protocol, the proxy need not see all
    may_fail = ()  # scenarios whose program is meant to end with another exit code than 0

    def missing(self):
        """Why it cannot run here, or None."""
        return None

    def prepare(self, folder):
        """Builds what must be built, once, into `folder`, which is kept between runs."""

    def run(self, place):
        """Its outcomes on one road, in order."""
        raise NotImplementedError


__all__ = ["Client", "HERE", "LIMIT_S", "Place"]
