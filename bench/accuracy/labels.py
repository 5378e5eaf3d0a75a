"""The labels: cases.toml says what applications do and what is true of it, labels/<client>.toml which of it a
client runs, and its own words for the fixes."""

import fnmatch
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = [2, 3, 10]
CASE_KEYS = {"does", "expect", "allow", "decides", "n", "why", "from"}


class LabelError(Exception):
    pass


@dataclass(frozen=True)
class Expected:
    rule: str
    child: tuple            # right child columns; a bare table for findings that have no link
    parent: frozenset = frozenset()
    parents: tuple = ()     # other right sets of parent columns
    direction: str = ""
    from_n: int = 2

    @property
    def table(self):
        return self.child[0].split(".")[0] if self.child else ""


@dataclass(frozen=True)
class Case:
    name: str
    does: str
    expect: tuple = ()
    allow: tuple = ()
    decides: str = "yes"
    sizes: tuple = tuple(SIZES)
    reads: bool = False     # leaves the database as it was

    def expected(self, n):
        return [one for one in self.expect if n >= one.from_n]


@dataclass
class Labelled:
    """One run and what is true of it."""
    client: "Client"
    case: Case
    n: int
    flags: tuple

    @property
    def expected(self):
        return self.case.expected(self.n)

    @property
    def key(self):
        return self.case.name, self.n, self.flags

    @property
    def decidable(self):
        return self.case.decides == "yes" or (self.case.decides == "tag" and "tag" in self.flags)


@dataclass
class Client:
    name: str
    command: list
    prepare: list
    orm: str
    held_out: bool
    runs: list = field(default_factory=list)
    fixes: dict = field(default_factory=dict)


def read_toml(path):
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise LabelError(f"{path.name}: {error}") from None


def expected(entry, rule=None, least=2):
    child = entry.get("children") or ([entry["child"]] if "child" in entry else [])
    return Expected(entry.get("rule") or rule, tuple(child), frozenset(entry.get("parent", ())),
                    tuple(frozenset(other) for other in entry.get("parents", ())), entry.get("direction", ""),
                    entry.get("from", least))


def cases():
    """All cases by name; RELATION.LOADING multiplied out."""
    source = read_toml(HERE / "cases.toml")
    found = {}
    for relation, of in source["relation"].items():
        for loading, how in source["loading"].items():
            bad = [expected(entry, "n-plus-one") for entry in of["expect"]] if how.get("bad") else []
            found[f"{relation}.{loading}"] = Case(f"{relation}.{loading}", f"{of['does']}: {how['does']}", tuple(bad),
                                                  sizes=tuple(of.get("n", SIZES)), reads=True)
    for name, of in source["case"].items():
        if unknown := set(of) - CASE_KEYS:
            raise LabelError(f"cases.toml: {name} has {', '.join(unknown)}")
        sizes = of.get("n", SIZES)
        found[name] = Case(name, of["does"],
                           tuple(expected(entry, least=min(2, min(sizes))) for entry in of.get("expect", ())),
                           tuple(of.get("allow", ())), of.get("decides", "yes"), tuple(sizes))
    return found


def overridden(case, changes, client):
    if unknown := set(changes) - CASE_KEYS:
        raise LabelError(f"{client}: the override of {case.name} has {', '.join(unknown)}")
    if "why" not in changes:
        raise LabelError(f"{client}: the override of {case.name} does not say why")
    if "expect" in changes:
        case = replace(case, expect=tuple(expected(entry, "n-plus-one") for entry in changes["expect"]))
    if "from" in changes:
        case = replace(case, expect=tuple(replace(one, from_n=changes["from"]) for one in case.expect))
    if "n" in changes:
        case = replace(case, sizes=tuple(changes["n"]))
    return replace(case, does=changes.get("does", case.does), allow=tuple(changes.get("allow", case.allow)),
                   decides=changes.get("decides", case.decides))


def client(name):
    source = read_toml(HERE / "labels" / f"{name}.toml")
    one = Client(source["client"], source["command"], source.get("prepare", []), source.get("orm", ""),
                 source.get("held_out", False), fixes=source.get("fix", {}))
    known = cases()
    for case_name, changes in source.get("override", {}).items():
        if case_name not in known:
            raise LabelError(f"{name}: there is no case {case_name}")
        known[case_name] = overridden(known[case_name], changes, name)
    seen = set()
    for group in source["runs"]:
        for pattern in group["cases"]:
            named = [case for case in known.values() if fnmatch.fnmatchcase(case.name, pattern)
                     and not any(fnmatch.fnmatchcase(case.name, other) for other in source.get("without", ()))]
            if not named:
                raise LabelError(f"{name}: no case is called {pattern}")
            for run in (Labelled(one, case, n, tuple(sorted(flags))) for case in named
                        for n in group.get("n", case.sizes) for flags in group.get("flags", [[]])):
                if run.key not in seen:
                    seen.add(run.key)
                    one.runs.append(run)
    return one


def client_names():
    return sorted(path.stem for path in (HERE / "labels").glob("*.toml"))
