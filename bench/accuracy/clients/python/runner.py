"""What every Python client shares: it is asked for runs on standard input, one line each (README.md)."""

import random
import sys
import traceback


class Run:
    """One run that was asked for. `comment` is what a statement of the present request carries."""

    def __init__(self, name, n, flags, **tags):
        self.name, self.n, self.flags = name, n, frozenset(flags)
        self.tags = tags
        self.random = random.Random(f"{name} {n} {sorted(flags)}")
        self.next_request()

    def next_request(self):
        self.trace = f"{self.random.getrandbits(128):032x}"

    @property
    def comment(self):
        """Of the kind that sqlcommenter writes; empty in runs without tags."""
        if "tag" not in self.flags:
            return ""
        span = f"{self.random.getrandbits(64):016x}"
        tags = dict(self.tags, route=f"/{self.name}", traceparent=f"00-{self.trace}-{span}-01")
        return " /*" + ",".join(f"{key}='{tags[key]}'" for key in sorted(tags)) + "*/"


def serve(perform, **tags):
    """Calls perform(run) for each line; it must have closed all its connections when it returns."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    for line in sys.stdin:
        name, n, *flags = line.split()
        try:
            perform(Run(name, int(n), flags, **tags))
            answer = "ok"
        except Exception as error:  # whatever a client's library throws is said, and the next run goes on
            traceback.print_exc()
            answer = "failed " + " ".join(f"{type(error).__name__}: {error}".split())
        print(answer, file=answers, flush=True)
