"""Where in the project a statement comes from, as a comment in sqlcommenter's form at its end:

    SELECT … /*callsite='shop/views.py:41 in book_list'*/

The comment is one more text for whoever looks at the SQL itself, so it is there only when it was asked for. It is no
statement, and the same for each run of one line, so it counts nowhere and leaves prepared statements alone."""

import os
import sys
import sysconfig
from types import CodeType
from typing import Dict, Optional, Set
from urllib.parse import quote

_OWN = os.path.dirname(os.path.abspath(__file__)) + os.sep
_ROOT = os.path.join(os.getcwd(), "")
_LIBRARIES = tuple(os.path.join(way(sysconfig.get_path(name)), "") for way in (os.path.abspath, os.path.realpath)
                   for name in ("stdlib", "platstdlib", "purelib", "platlib"))

borders: Set[CodeType] = set()  # functions at which a request begins: what called them did not send its statements
_places: Dict[str, Optional[str]] = {}  # by file name: its path in the project, or None where it is a library's


def callsite() -> Optional[str]:
    """`path:line in function` of the innermost frame that is no library's, the path from where we were started;
    None where there is none inside the request."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code not in borders:
        place = _place(frame.f_code.co_filename)
        if place is not None:
            name = frame.f_code.co_name
            return f"{place}:{frame.f_lineno}" + (f" in {name}" if name.isidentifier() else "")  # no <listcomp>
        frame = frame.f_back
    return None


def tagged(sql: str, tags: Dict[str, Optional[str]], doubles_percent: bool) -> str:
    """The statement with the comment at its end. `doubles_percent`: the driver will take one % of each pair away."""
    pairs = [f"{key}='{quote(value, safe='/:<>() ')}'" for key, value in sorted(tags.items()) if value]
    if not pairs:
        return sql
    comment = "/*" + ",".join(pairs) + "*/"
    if doubles_percent:
        comment = comment.replace("%", "%%")
    text = sql.rstrip()
    if text.endswith(";"):
        return f"{text[:-1]} {comment};"
    return f"{text} {comment}"


def _place(file: str) -> Optional[str]:
    if file not in _places:
        _places[file] = _find_place(file)
    return _places[file]


def _find_place(file: str) -> Optional[str]:
    path = os.path.abspath(file)
    if file.startswith("<") or path.startswith(_OWN) or path.startswith(_LIBRARIES):
        return None
    if "site-packages" in path or "dist-packages" in path:
        return None
    return path[len(_ROOT):] if path.startswith(_ROOT) else path
