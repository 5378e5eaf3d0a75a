"""Says in a comment at the end of each SQL statement where it comes from, in sqlcommenter's form:

    SELECT … /*callsite='shop/views.py%3A41',controller='shop.views.slow_books',…,traceparent='00-…-…-01'*/

Keys are sorted and values are URL-encoded, which also leaves no quote and no end of comment in them.
"""

import os
import re
import secrets
import sys
from urllib.parse import quote

import django
from django.conf import settings
from django.db import connection

FRAMEWORK = "django:%d.%d" % django.VERSION[:2]
TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class QueryTags:
    """Middleware: every statement sent while a request is answered carries that request's tags."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with connection.execute_wrapper(Tagger(request)):
            return self.get_response(request)


class Tagger:
    """Wraps the executions of one request."""

    def __init__(self, request):
        self.request = request
        self.trace_id = trace_id_of(request)

    def __call__(self, execute, sql, params, many, context):
        comment = comment_of(self.tags())
        if params is not None:
            comment = comment.replace("%", "%%")  # the driver will take one % of each pair away
        return execute(sql + " " + comment, params, many, context)

    def tags(self):
        tags = {
            "callsite": callsite(),
            "db_driver": connection.settings_dict["ENGINE"],
            "framework": FRAMEWORK,
            "traceparent": f"00-{self.trace_id}-{secrets.token_hex(8)}-01",  # a new span for each statement
        }
        match = self.request.resolver_match
        if match:
            tags["controller"] = match.view_name
            tags["route"] = match.route
        return tags


def trace_id_of(request):
    """The trace id that the request came with, or a new one."""
    given = TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    return given[1] if given else secrets.token_hex(16)


def callsite():
    """file:line, relative to the project, of the innermost frame of the project's own code inside the request.
    None if there is none: a REST framework's generic view, say, that serializes a related field by itself."""
    root = str(settings.BASE_DIR) + os.sep
    frame = sys._getframe(1)
    while frame and frame.f_code is not QueryTags.__call__.__code__:
        name = frame.f_code.co_filename
        if name.startswith(root) and name != __file__ and "site-packages" not in name:
            return f"{name[len(root):]}:{frame.f_lineno}"
        frame = frame.f_back
    return None


def comment_of(tags):
    pairs = (f"{quote(key)}='{quote(value)}'" for key, value in sorted(tags.items()) if value)
    return "/*" + ",".join(pairs) + "*/"
