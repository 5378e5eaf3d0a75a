"""Finds types that two files define under one name: each links with its own idea of what it is, and
nothing says so."""

import collections
import re

# What may hide a brace or a word: comments, texts, characters (not the ' within a number).
NO_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
TOKEN = re.compile(
    r"(?P<space>\bnamespace\b\s*(?P<name>[\w:]*)\s*\{)"
    r"|\b(?P<kind>enum\s+class|enum\s+struct|enum|class|struct|union)\b"
    r"(?:\s*\[\[[^\]]*\]\]|\s+alignas\s*\([^)]*\))*\s+(?P<type>\w+)\s*(?P<of>(?:::\s*\w+\s*)*)"
    r"(?:final\s*)?(?::(?!:)[^;{}()=]*)?(?=\{)"
    r"|(?P<open>\{)|(?P<close>\})"
)


def types_of(text):
    """The types that a file defines in named namespaces, qualified."""
    scopes = []
    for token in TOKEN.finditer(NO_CODE.sub(" ", text)):
        if token["space"]:
            scopes.append(token["name"])  # "" has no name, so what is in it is the file's own
        elif token["type"]:
            # None is the scope of a function or a type; `Outer::Inner` belongs to its own header.
            if all(scopes) and not token["of"]:
                yield "::".join([*scopes, token["type"]])
        elif token["open"]:
            scopes.append(None)
        elif scopes:
            scopes.pop()


def faults(tree):
    """Names that several files of a tree, given as {path: text}, define."""
    places = collections.defaultdict(list)
    for path, text in sorted(tree.items()):
        for name in sorted(set(types_of(text))):
            places[name].append(path)
    for name, paths in sorted(places.items()):
        if len(paths) > 1:
            yield f"{name} is defined in {' and in '.join(paths)}"
