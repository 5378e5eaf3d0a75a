"""For tests that run without pytest: each is a window, and so is each request that its client makes.

    class CartTest(onetrip.unittest.Windows, django.test.TestCase):
        def test_list(self):
            self.client.get("/cart/")
            self.onetrip.assert_budget(max_statements=8)

Under pytest its plugin does the same, and this steps aside."""

import contextlib
import unittest
from typing import Any

from onetrip import callsites
from onetrip.running import TestRun
from onetrip.windows import Window, process


class Windows:
    """Goes before the class of the test case."""

    def run(self, result: Any = None) -> Any:
        if not process().works() or process().outermost() is not None:
            return super().run(result)
        callsites.follow_if_asked()
        with TestRun(self.id(), self.id()) as self._onetrip_run:
            return super().run(result)

    def _callTestMethod(self, method: Any) -> None:
        """What unittest calls between setUp and tearDown."""
        run = self.__dict__.pop("_onetrip_run", None)
        with contextlib.nullcontext() if run is None else run.body():
            super()._callTestMethod(method)

    @property
    def onetrip(self) -> Window:
        """The window of the test that runs."""
        return process().outermost() or Window(self.id())


class TestCase(Windows, unittest.TestCase):
    """unittest's, with windows."""
