"""Reads the #include lines of a tree against layers.toml."""

import pathlib
import re
import tomllib

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
STANDARD = re.compile(r"^[a-z_0-9]+$")


class Layers:
    def __init__(self, table):
        self.outside = table["outside"]
        self.pure = table["pure"]
        self.rooms = table["room"]
        self.files = table.get("file", {})

    @classmethod
    def load(cls, path):
        return cls(tomllib.loads(pathlib.Path(path).read_text(encoding="utf-8")))

    def room_of(self, path):
        """The room whose folder is the longest beginning of the path; None outside all rooms."""
        inside = [name for name, room in self.rooms.items() if path.startswith(room["files"])]
        return max(inside, key=lambda name: len(self.rooms[name]["files"]), default=None)

    def allowed(self, path, key):
        return {item for part in [self.rooms[self.room_of(path)], *self.files_of(path)] for item in part.get(key, [])}

    def files_of(self, path):
        return [file for start, file in self.files.items() if path.startswith(start)]

    def kind_of(self, header):
        """The name in [outside] of an <included> header, 'std', or None when nobody knows it."""
        for kind, starts in self.outside.items():
            if any(header == s or (s.endswith("/") and header.startswith(s)) for s in starts):
                return kind
        return "std" if STANDARD.match(header) else None

    def judge_own(self, path, header, tree):
        if header not in tree:
            return f'"{header}" is no file of this repository'
        room, other = self.room_of(path), self.room_of(header)
        if other == room or other in self.allowed(path, "rooms") or header in self.allowed(path, "headers"):
            return None
        return f'{room} may not include "{header}" of {other or "no room"}'

    def judge_outside(self, path, header):
        kind = self.kind_of(header)
        if kind is None:
            return f"<{header}> stands in no line of [outside]"
        if kind == "std" or kind in self.allowed(path, "uses"):
            return None
        return f"{self.room_of(path)} may not use {kind} (<{header}>)"

    def judge_order(self, path, includes, tree):
        own = path.removesuffix(".cpp") + ".hpp"
        if path.endswith(".cpp") and own in tree and (not includes or includes[0] != ('"', own)):
            return f'the first include must be its own header, "{own}"'
        return None

    def judge_words(self, path, text):
        if self.room_of(path) not in self.pure["rooms"] or any(file.get("rim") for file in self.files_of(path)):
            return
        code = COMMENT.sub("", text)
        for word in self.pure["words"]:
            for found in re.finditer(word, code):
                yield f"{self.room_of(path)} is pure: no {found.group()}"

    def faults(self, tree):
        """All faults of a tree, given as {path: text} with paths from the repository's root."""
        for path, text in sorted(tree.items()):
            if self.room_of(path) is None:
                continue
            includes = INCLUDE.findall(text)
            found = [self.judge_order(path, includes, tree), *self.judge_words(path, text)]
            for quote, header in includes:
                found.append(
                    self.judge_own(path, header, tree) if quote == '"' else self.judge_outside(path, header)
                )
            yield from (f"{path}: {fault}" for fault in found if fault)


def read_tree(root):
    """The C++ files of all folders that hold rooms."""
    root = pathlib.Path(root)
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("proxy", "analyzer", "rules", "admin", "app", "budget", "web")
        for suffix in ("*.hpp", "*.cpp")
        for path in (root / folder).rglob(suffix)
    }
