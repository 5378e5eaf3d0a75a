"""What a run of a client gave, and whether two runs gave the same: byte by byte, but for what a mask names."""

import difflib
import re
from dataclasses import dataclass, field

SHOWN_LINES = 60
SHOWN_WIDTH = 240


@dataclass(frozen=True)
class Mask:
    """Bytes that differ between two runs of the same client against the same server. `why` is what a reader
    needs to agree that the difference says nothing about what stands between."""
    name: str
    pattern: bytes
    why: str

    def cover(self, given):
        return re.sub(self.pattern, b"<" + self.name.encode() + b">", given)


def port_mask(port):
    return Mask("port", rb"(?:(?<=port )|(?<=127\.0\.0\.1:))%d(?!\d)" % port,
                "messages name the port that the client was told to connect to")


@dataclass
class Outcome:
    """One scenario of a client: its named parts are compared (stdout, stderr, exit code, files that it wrote)."""
    scenario: str
    parts: dict = field(default_factory=dict)

    def count(self):
        """A program of several scenarios begins each with a line "## name"."""
        return max(1, len(re.findall(rb"^## ", self.parts.get("stdout", b""), re.MULTILINE)))

    def masked(self, masks):
        covered = {}
        for name, given in self.parts.items():
            for mask in masks:
                given = mask.cover(given)
            covered[name] = given
        return covered


@dataclass
class Difference:
    scenario: str
    part: str
    text: str


def lines_of(given):
    """Readable lines that are different exactly when the bytes are, each cut to what a terminal can show."""
    return [repr(line)[2:-1] for line in given.split(b"\n")]


def around_the_difference(left, right):
    """Both lines from a little before they part, when they are too long to be shown."""
    if len(left) <= SHOWN_WIDTH and len(right) <= SHOWN_WIDTH:
        return left, right
    parting = next((at for at, (a, b) in enumerate(zip(left, right)) if a != b), min(len(left), len(right)))
    start = max(0, parting - SHOWN_WIDTH // 4)
    return tuple(f"[from byte {start}] {line[start:start + SHOWN_WIDTH]}" for line in (left, right))


def unified_diff(direct, through):
    left, right = lines_of(direct), lines_of(through)
    for at, (a, b) in enumerate(zip(left, right)):
        if a != b:
            left[at], right[at] = around_the_difference(a, b)
    diff = [line[:2 * SHOWN_WIDTH] for line in difflib.unified_diff(left, right, "direct", "through", lineterm="", n=2)]
    if len(diff) > SHOWN_LINES:
        diff[SHOWN_LINES:] = [f"... {len(diff) - SHOWN_LINES} lines more"]
    return "\n".join(diff)


def compare(direct, through, direct_masks, through_masks):
    """The differences between two lists of outcomes."""
    differences = []
    if [one.scenario for one in direct] != [one.scenario for one in through]:
        names = [b"\n".join(one.scenario.encode() for one in run) for run in (direct, through)]
        return [Difference("all", "scenarios", unified_diff(*names))]
    for one, other in zip(direct, through):
        left, right = one.masked(direct_masks), other.masked(through_masks)
        for part in left | right:
            if part not in left or part not in right:
                differences.append(Difference(one.scenario, part, f"only {'direct' if part in left else 'through'}"))
            elif left[part] != right[part]:
                differences.append(Difference(one.scenario, part, unified_diff(left[part], right[part])))
    return differences
