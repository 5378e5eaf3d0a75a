#!/usr/bin/python3
"""The examples on the rules' pages: findings of committed recordings, as the program prints them. A page names the run
(`CLIENT CASE N FLAG...`) and chooses among the finding's lines; long ones are wrapped.

  examples.py [--write]     says which pages are out of date, or brings them up to date; exit 1 when one was"""

import argparse
import re
import sys
import textwrap

import recording
from score import HERE, replay

RULES = HERE.parent.parent / "rules"
WIDTH = 110
EXAMPLE = re.compile(r"(?P<caption>recording\s+`(?P<run>[^`]+)`[^`]*\n\n```text\n)(?P<shown>.*?)(?=```\n)", re.DOTALL)
INDENT = " " * 12  # before what a line after the first says


class WrongExample(Exception):
    """A page names a run that is not there, or that does not raise its rule, or hides that lines are left out."""


def pages():
    return sorted(RULES.glob("*.md"))


def findings_of(run):
    """Of the recorded run, as they are printed."""
    client, case, n, *flags = run.split()
    path = HERE / "recordings" / f"{client}.rec.xz"
    for header, content in recording.runs(recording.read(path)) if path.exists() else ():
        if (header["case"], header["n"], header["flags"]) == (case, int(n), flags):
            return replay(recording.MAGIC + content, catalog=True)[1][0]["texts"]
    raise WrongExample(f"{run} is not recorded")


def key(line):
    """Of a line after the first: statement, fed by, cost, ..."""
    return line[:len(INDENT)].strip()


def wrapped(line):
    return textwrap.wrap(line, WIDTH, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False)


def shown_again(example, rule):
    """What the example should show: of the finding as it is printed today, the lines that it shows now."""
    text = next((one for one in findings_of(example["run"]) if one.split("]")[0].endswith("[" + rule)), None)
    if text is None:
        raise WrongExample(f"{example['run']} does not raise {rule}")
    lines = text.splitlines()
    chosen = {key(line) for line in example["shown"].splitlines() if not line.startswith(INDENT)}
    kept = lines[:1] + [line for line in lines[1:] if key(line) in chosen]
    if (len(kept) < len(lines)) != ("shortened" in example["caption"]):
        raise WrongExample(f"{example['run']}: {len(kept)} of {len(lines)} lines are shown, and its caption says other")
    return "".join(part + "\n" for line in kept for part in wrapped(line))


def renewed(page):
    """The page's text, its examples as they should be."""
    rule = page.stem.replace("_", "-")
    return EXAMPLE.sub(lambda example: example["caption"] + shown_again(example, rule), page.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="bring them up to date")
    options = parser.parse_args()
    stale = [page for page in pages() if renewed(page) != page.read_text()]
    for page in stale:
        print(f"{page.name} is out of date")
        if options.write:
            page.write_text(renewed(page))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
