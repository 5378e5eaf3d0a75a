"""One run judged: which findings are true, what was missed, and how much of a true finding is right."""

from collections import Counter
from dataclasses import dataclass, field

ONE_LOOP = {"n-plus-one", "select-in-loop"}  # the same loop, with and without its parent

UNNAMED = "..."  # how advice leaves a relation's name open: includes(...), include: [...], LEFT JOIN FETCH ...


@dataclass
class Judged:
    """A true finding, and what of it is right; None where there is nothing to compare."""
    finding: dict
    expected: object
    parent: bool = None
    column: bool = None
    direction: bool = None
    fix: bool = None  # None too when it names none


@dataclass
class Verdict:
    labelled: object
    true: list = field(default_factory=list)     # Judged
    allowed: list = field(default_factory=list)  # findings that are true and not asked for
    false: list = field(default_factory=list)    # findings
    missed: list = field(default_factory=list)   # Expected
    executions: list = field(default_factory=list)

    @property
    def mixed(self):
        """For each finding of a tagged run, whether it mixes requests."""
        findings = [one.finding for one in self.true] + self.allowed + self.false
        told = [mixes(finding, self.executions) for finding in findings]
        return [one for one in told if one is not None]

    @property
    def spoke(self):
        return bool(self.true or self.allowed or self.false)


def table_of(column):
    return column.rsplit(".", 1)[0]


def is_about(finding, table):
    """Is the finding about statements on that table? By its link, or by its summary."""
    if not table:
        return True
    link = finding["link"]
    if link and link["child_column"]:
        return table_of(link["child_column"]) == table
    named = finding["statement"]["summary"].replace('"', "").split()
    return table in [name.rsplit(".", 1)[-1] for name in named]  # some ORMs write the schema too


def plain(code):
    return "".join(code.replace("'", '"').split())


def names_fix(code, fix):
    """All fragments of it, in any order."""
    return all(plain(part) in plain(code) for part in fix.split("…"))


def fix_is_right(finding, labelled):
    """None where it names none, or the label knows none."""
    client, code = labelled.client, finding["advice"]["code"]
    if not code:
        return None
    if not client.orm:
        return False  # a plain driver has no ORM's words
    fixes = client.fixes.get(labelled.case.name)
    if fixes is None:
        return None
    if finding["advice"]["orm"] == client.orm and any(names_fix(code, fix) for fix in fixes):
        return True
    return None if UNNAMED in code else False


def mixes(finding, executions):
    """Does it count together what ran in two requests? None where no trace tells requests apart."""
    of = finding["statement"]["fingerprint"]
    traces = Counter(one["trace"] for one in executions if one["fingerprint"] == of)
    if not traces or "" in traces:
        return None
    return finding["evidence"]["count"] > max(traces.values())


def compare(finding, expected, labelled):
    judged = Judged(finding, expected)
    link = finding["link"]
    if link and expected.parent:
        said = frozenset(link["parent_columns"])
        right = (expected.parent, *expected.parents)
        judged.parent = {table_of(name) for name in said} in [{table_of(name) for name in one} for one in right]
        judged.column = said in right and link["child_column"] in expected.child
        judged.direction = link["direction"] == expected.direction
    if finding["rule"] == expected.rule:
        judged.fix = fix_is_right(finding, labelled)
    return judged


def judge(labelled, findings, executions, rules):
    """`rules`: those that the program knows; others are neither expected nor missed."""
    verdict = Verdict(labelled, executions=executions)
    wanted = [one for one in labelled.expected if one.rule in rules]
    met = set()
    for finding in findings:
        about = [one for one in labelled.expected if is_about(finding, one.table)]
        exact = [one for one in about if one.rule == finding["rule"]]
        if exact:
            verdict.true.append(compare(finding, exact[0], labelled))
            met.update(exact)
        elif finding["rule"] in labelled.case.allow or (
                finding["rule"] == "select-in-loop" and any(one.rule in ONE_LOOP for one in about)):
            verdict.allowed.append(finding)
        else:
            verdict.false.append(finding)
    verdict.missed = [one for one in wanted if one not in met]
    return verdict
