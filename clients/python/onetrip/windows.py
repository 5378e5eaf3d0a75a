"""Named windows: what a test, a request in it, or a block of code sends to the database.

They are opened from outside the connections, over the proxy's HTTP API. So they hold what any connection sends
meanwhile, also one that was opened before, or is another thread's, and no SQL is sent. Where several processes run
tests side by side, each names the database or the application_name of its own connections."""

import contextlib
import itertools
import threading
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence

from onetrip import budget, workers
from onetrip.api import Api, from_environment

LIFE_S = 900  # of a window that nobody closes, as its process was killed
LONGEST_NAME = 1024  # bytes


class Seen(NamedTuple):
    statements: int
    findings: List[dict]


class Window:
    """A window that is open, or was. Without a proxy it is no window, and everything it is asked does nothing."""

    def __init__(self, name: str, label: str = "", is_request: bool = False):
        self.name, self.label = clipped(name), clipped(label or name)
        self.is_request = is_request
        self.id = ""  # none: no window
        self.inner: List["Window"] = []
        self._closed: Optional[Seen] = None

    def judged(self) -> List["Window"]:
        """The requests that were made in it; itself where there were none. All else that was sent in it is set-up."""
        return [one for window in self.inner for one in window.judged()] or [self]

    def seen(self) -> Seen:
        """What was sent in it, so far if it is open."""
        return self._closed or process().look(self)

    def assert_budget(self, max_statements: Optional[int] = None, no_findings: bool = True, level: str = "warning",
                      allow: Sequence[str] = ()) -> None:
        """Fails when a request that was made in it, or it itself where none was, sent more statements than that, or
        when it shows a finding of this level (info, warning, error) or a worse one. `allow`: rules and causes that
        are accepted. Without a proxy it never fails."""
        __tracebackhide__ = True
        if level not in budget.LEVELS:
            raise ValueError(f"level is {level!r}: it is one of {', '.join(budget.LEVELS)}")
        windows = [window for window in self.judged() if window.id]
        text = budget.complaint([(window.label, *window.seen()) for window in windows], max_statements,
                                level if no_findings else None, allow)
        if text:
            raise AssertionError(text)


class Process:
    """The windows of this process. Any thread."""

    def __init__(self, api: Optional[Api]):
        self.api = api
        self.watched: Optional[Dict[str, str]] = None  # what watch() said
        self._open: List[Window] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def open(self, window: Window) -> Window:
        with self._lock:
            around = self._open[-1] if self._open else None
            # What a request makes of further requests, or another thread meanwhile, is a part of it.
            if self.api is None or (window.is_request and around is not None and around.is_request):
                return window
            if around is not None:
                window.name = clipped(f"{window.name} #{next(self._numbers)} in {self._open[0].name}")
            window.id = self._post(window, around)
            if window.id:
                self._open.append(window)
                if around is not None:
                    around.inner.append(window)
            return window

    def close(self, window: Window) -> None:
        with self._lock:
            if window not in self._open:
                return
            self._open.remove(window)
            answer = self.api.ask("DELETE", "/api/v1/windows/" + window.id)
            known = answer is not None and answer.status == 200  # else its life was over
            window._closed = Seen(answer.body["window"]["statements"], answer.body["findings"]) if known else Seen(0, [])

    def look(self, window: Window) -> Seen:
        if not window.id or self.api is None:
            return Seen(0, [])
        self.api.flush()
        shown = self.api.window(window.id)
        return Seen(shown["statements"], self.api.findings(window.id)) if shown else Seen(0, [])

    def outermost(self) -> Optional[Window]:
        """The window that was opened first of those that are open: the test."""
        return self._open[0] if self._open else None

    def in_request(self) -> bool:
        return any(window.is_request for window in self._open)

    def works(self) -> bool:
        return self.api is not None and not self.api.lost

    def lost(self) -> str:
        """Why there are no windows, where there should be."""
        return self.api.lost if self.api is not None else ""

    def _post(self, window: Window, around: Optional[Window]) -> str:
        body = {"name": window.name, "label": window.label, "ttl_s": LIFE_S, "one_request": True}
        body.update(workers.connections() if self.watched is None else self.watched)
        if around is not None:
            body["parent"] = around.id
        answer = self.api.ask("POST", "/api/v1/windows", body)
        if answer is not None and answer.status == 409:  # left open by a process that was killed
            self._close_left(window.name)
            answer = self.api.ask("POST", "/api/v1/windows", body)
        return answer.body["id"] if answer is not None and answer.status == 201 else ""

    def _close_left(self, name: str) -> None:
        for row in self.api.windows(name):
            if row["open"]:
                self.api.ask("DELETE", "/api/v1/windows/" + row["id"])


_process: Optional[Process] = None


def process() -> Process:
    """The one of this process; ONETRIP_API is read when it is first asked for."""
    global _process
    if _process is None:
        _process = Process(from_environment())
    return _process


def watch(database: str = "", application_name: str = "") -> None:
    """From now on windows hold only what is sent by connections to this database, or of this application_name; with
    neither, what any connection sends. For test runs in parallel whose connections are told apart in a way of their
    own."""
    wanted = {"database": database, "application_name": application_name}
    process().watched = {name: value for name, value in wanted.items() if value}


@contextlib.contextmanager
def window(name: str, label: str = "") -> Iterator[Window]:
    """A window as long as the block; in a test it is one of the test's requests. `label`, else the name, is the kind
    of thing that it is, for budgets and reports."""
    opened = process().open(Window(name, label))
    try:
        yield opened
    finally:
        process().close(opened)


@contextlib.contextmanager
def request(label: str) -> Iterator[Window]:
    """A request that a test client makes. Where no window is around it, or a request is, it is no window."""
    made = Window(label, is_request=True)
    if process().outermost() is not None:
        process().open(made)
    try:
        yield made
    finally:
        process().close(made)


def clipped(name: str) -> str:
    return name.encode(errors="replace")[:LONGEST_NAME].decode(errors="ignore")
