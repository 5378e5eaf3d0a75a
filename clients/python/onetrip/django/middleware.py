"""For development: says in each statement which request it belongs to, and in each answer what the request sent.

    SELECT … /*callsite='shop/views.py:41 in books',db_driver=…,framework='django:5.2',method='GET',
               route='/books/',traceparent='00-…-…-01'*/

    Server-Timing: onetrip-db;dur=41.2;desc="51 statements", onetrip-findings;desc="1, worst error: n-plus-one",
                   onetrip;desc="http://127.0.0.1:9188/api/v1/windows/1b2c…"

The comments are sqlcommenter's, at the end of the statement."""

import contextlib
import re
import secrets
from typing import Any, Callable, Dict, List, Optional

import django
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connections

from onetrip.api import Api, from_environment
from onetrip.callsite import borders, callsite, tagged
from onetrip.windows import process

FRAMEWORK = "django:%d.%d" % django.VERSION[:2]
TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
RETRY_S = 5.0  # the proxy may be started again while the server runs


class RequestTags:
    """Middleware, the first of all. Where the proxy's API is, ONETRIP_API says, in the environment or the settings;
    without it, as in production, Django leaves the middleware out. In a test that is a window it steps aside."""

    def __init__(self, get_response: Callable[[Any], Any]):
        api = from_environment(getattr(settings, "ONETRIP_API", ""), RETRY_S)
        if api is None:
            raise MiddlewareNotUsed("ONETRIP_API is not set")
        self.api: Api = api
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        if process().in_request():
            return self.get_response(request)
        tags = Tags(request)
        with contextlib.ExitStack() as stack:
            for alias in connections:
                if connections[alias].vendor == "postgresql":
                    stack.enter_context(connections[alias].execute_wrapper(tags.wrapper(connections[alias])))
            response = self.get_response(request)
        if tags.statements:
            self.tell(tags.trace, response)
        return response

    def tell(self, trace: str, response: Any) -> None:
        self.api.flush()
        window = self.api.window(trace)
        if window is None:
            return
        timing = server_timing(window, self.api.findings(trace), self.api.address)
        already = response.headers.get("Server-Timing")
        response.headers["Server-Timing"] = f"{already}, {timing}" if already else timing


borders.add(RequestTags.__call__.__code__)


class Tags:
    """What all statements of one request say."""

    def __init__(self, request: Any):
        self.request = request
        given = TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
        self.trace = given[1] if given else secrets.token_hex(16)
        self.statements = 0

    def wrapper(self, connection: Any) -> Callable[..., Any]:
        driver = connection.settings_dict["ENGINE"]

        def wrapper(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            self.statements += 1
            if isinstance(sql, str):
                sql = tagged(sql, self.tags(driver), doubles_percent=params is not None)
            return execute(sql, params, many, context)

        return wrapper

    def tags(self, driver: str) -> Dict[str, Optional[str]]:
        tags = {
            "callsite": callsite(),
            "db_driver": driver,
            "framework": FRAMEWORK,
            "traceparent": f"00-{self.trace}-{secrets.token_hex(8)}-01",  # a span of its own for each statement
        }
        match = self.request.resolver_match
        if match is not None:
            tags.update(controller=match.view_name, method=self.request.method, route="/" + match.route)
        return tags


def server_timing(window: dict, findings: List[dict], address: str) -> str:
    """The header of a request's window, as the API shows it."""
    milliseconds = sum(one["server_ms"] for one in window["executions"])
    count = window["statements"]
    metrics = [f"onetrip-db;dur={milliseconds:.1f};desc=\"{count} statement{'s' if count != 1 else ''}\""]
    if findings:
        rules = ", ".join(sorted({finding["rule"] for finding in findings}))
        worst = findings[0]["severity"]  # they come worst first
        metrics.append(f"onetrip-findings;desc=\"{len(findings)}, worst {worst}: {rules}\"")
    metrics.append(f"onetrip;desc=\"{address}/api/v1/windows/{window['id']}\"")
    return ", ".join(metrics)
