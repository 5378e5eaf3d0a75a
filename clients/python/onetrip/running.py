"""A test, whoever runs it: a window with its set-up and its tear-down, and in that one while the test's own code runs.
So what fixtures send is set-up also in a test that makes no request."""

import contextlib
import functools
import inspect
from typing import Any, Iterator

from onetrip import clients
from onetrip.windows import Window, process


class TestRun:
    """with TestRun(…) as test: set up; with test.body(): run; tear down"""

    __test__ = False

    def __init__(self, name: str, label: str):
        self.window = Window(name, label)

    def __enter__(self) -> "TestRun":
        clients.follow_loaded()
        process().open(self.window)
        return self

    def __exit__(self, *_: Any) -> None:
        process().close(self.window)

    @contextlib.contextmanager
    def body(self) -> Iterator[None]:
        clients.follow_loaded()
        body = process().open(Window("body", self.window.label))
        try:
            yield
        finally:
            process().close(body)

    def as_body(self, function: Any) -> Any:
        """The function, sync or async, as the body."""
        if inspect.iscoroutinefunction(function):
            @functools.wraps(function)
            async def wrapper(*args: Any, **kwargs: Any) -> Any:
                with self.body():
                    return await function(*args, **kwargs)
        else:
            @functools.wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                with self.body():
                    return function(*args, **kwargs)
        return wrapper
