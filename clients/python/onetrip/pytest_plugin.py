"""The pytest plugin. With ONETRIP_API set each test is a window, and each request of its client one inside it; without,
there is only the fixture, which does nothing."""

import os
import sys
from typing import Any, Iterator

import pytest

OPTION = "onetrip_callsite"


def pytest_addoption(parser: Any) -> None:
    parser.addini(OPTION, "End each statement of Django and SQLAlchemy with a comment that names the line it comes "
                          "from (only with ONETRIP_API set)", type="bool", default=False)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: Any) -> None:
    if _wanted():
        from onetrip import workers

        workers.name_connections()  # before settings are read


def pytest_configure(config: Any) -> None:
    if not _wanted():
        return
    if config.getini(OPTION):
        os.environ["ONETRIP_CALLSITE"] = "on"
    config.pluginmanager.register(Plugin(), "onetrip-windows")


@pytest.fixture
def onetrip() -> Any:
    """The test's window: `onetrip.assert_budget(max_statements=12)`."""
    from onetrip.windows import Window, process

    return process().outermost() or Window("")


class Plugin:
    """What happens around each test."""

    def __init__(self) -> None:
        self.test: Any = None
        self.lost = ""

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        from onetrip.callsites import follow_if_asked
        from onetrip.running import TestRun

        follow_if_asked()
        # Its parameters tell a test's runs apart; they are not another kind of request.
        with TestRun(item.nodeid, item.nodeid.split("[")[0]) as self.test:
            yield
        self.test = None

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: Any) -> Iterator[None]:
        from onetrip.callsites import follow_if_asked

        follow_if_asked()
        if _is_test_case(getattr(item, "cls", None)):
            item.obj = self.test.as_body(item.obj)  # setUp and tearDown run in the call, too
            yield
            return
        with self.test.body():
            yield

    def pytest_sessionfinish(self, session: Any) -> None:
        from onetrip.windows import process

        output = getattr(session.config, "workeroutput", None)  # of a worker of pytest-xdist
        if output is not None:
            output["onetrip_lost"] = process().lost()
        else:
            self.lost = self.lost or process().lost()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.lost = self.lost or getattr(node, "workeroutput", {}).get("onetrip_lost", "")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.lost:
            terminalreporter.write_line(f"onetrip: {self.lost}; from then on tests were no windows", yellow=True)


def _is_test_case(case: Any) -> bool:
    library = sys.modules.get("unittest")
    return library is not None and isinstance(case, type) and issubclass(case, library.TestCase)


def _wanted() -> bool:
    return bool(os.environ.get("ONETRIP_API"))
