"""Whether requests kept what a test allows them, and the words for it where they did not."""

from typing import List, Optional, Sequence, Tuple

LEVELS = ("info", "warning", "error")


def complaint(requests: Sequence[Tuple[str, int, List[dict]]], max_statements: Optional[int], level: Optional[str],
              allow: Sequence[str]) -> str:
    """Empty when all is well. A request is its label, its number of statements and its findings; `level` is the
    lowest that counts, None: none does."""
    lines = []
    for label, statements, findings in requests:
        if max_statements is not None and statements > max_statements:
            lines.append(f"{label} sent {statements} statements, {max_statements} are allowed")
        lines += [text_of(finding) for finding in findings if counts(finding, level, allow)]
    return "\n".join(lines)


def counts(finding: dict, level: Optional[str], allow: Sequence[str]) -> bool:
    if level is None or LEVELS.index(finding["severity"]) < LEVELS.index(level):
        return False
    return finding["rule"] not in allow and finding["cause"] not in allow


def text_of(finding: dict) -> str:
    """As the proxy's own report has it."""
    rows = [("statement", finding["statement"]["text"]), ("fed by", fed_by(finding)),
            ("fix", fix(finding["advice"])), ("where", place(finding["location"])), ("accept", finding["cause"])]
    head = f"{finding['severity']}[{finding['rule']}] {finding['label']}: {finding['title']}"
    return "\n".join([head] + [f"  {name:<9} {text}" for name, text in rows if text])


def fed_by(finding: dict) -> str:
    parent, link = finding["parent"], finding["link"]
    if not parent or not link:
        return ""
    return (f"{parent['summary']}: {link['parent_column']} → {link['child_column']}, "
            f"{link['matched']} of {parent['rows']}")


def fix(advice: dict) -> str:
    return advice["code"] or advice["sql"] or advice["why"]


def place(location: Optional[dict]) -> str:
    if not location:
        return ""
    function = f" in {location['function']}" if location["function"] else ""
    return f"{location['file']}:{location['line']}{function}"
