"""Requests of test clients: Django's, Flask's (Werkzeug's), FastAPI's (Starlette's) and httpx over ASGI. Each is a
window while the application answers it, labelled with the method and the route that the application's own router gives
for it: `GET /orders/<int:id>/`."""

import functools
import inspect
import re
import sys
from typing import Any, Callable, Dict, Iterable, Optional

from onetrip import callsite
from onetrip.windows import request

_ID = re.compile(r"\d+|(?=.*\d)[0-9a-fA-F-]{16,}")


def follow_loaded() -> None:
    """Follows the clients of the libraries that are loaded, each once. Cheap when nothing is new."""
    for name in [name for name in _clients if name in sys.modules]:
        _clients.pop(name)(sys.modules[name])


def _follow(owner: Any, method: str, label_of: Callable[..., str]) -> None:
    """Wraps a method, sync or async, so that each of its calls is a request; one that is not there is left alone."""
    answer = getattr(owner, method, None)
    if answer is None:
        return

    if inspect.iscoroutinefunction(answer):
        @functools.wraps(answer)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            with request(label_of(*args)):
                return await answer(*args, **kwargs)
    else:
        @functools.wraps(answer)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with request(label_of(*args)):
                return answer(*args, **kwargs)

    callsite.borders.add(wrapper.__code__)
    setattr(owner, method, wrapper)


def _label(method: str, path: str, route_of: Callable[[], Optional[str]]) -> str:
    """An application may do in its router what it likes; a label is no reason for a test to fail."""
    try:
        route = route_of()
    except Exception:
        route = None
    return f"{method} {folded(path) if route is None else route}"


def folded(path: str) -> str:
    """A path that no route is known of, with `:id` for what looks like one."""
    return "/".join(":id" if _ID.fullmatch(part) else part for part in path.split("/"))


def _follow_django(module: Any) -> None:
    def of_wsgi(handler: Any, environ: Dict[str, Any]) -> str:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        return _label(environ["REQUEST_METHOD"], path, lambda: django_route(path))

    def of_asgi(handler: Any, scope: Dict[str, Any]) -> str:
        return _label(scope["method"], scope["path"], lambda: django_route(scope["path"]))

    _follow(module.ClientHandler, "__call__", of_wsgi)
    _follow(getattr(module, "AsyncClientHandler", None), "__call__", of_asgi)


def django_route(path: str) -> str:
    """`/orders/<int:id>/`; regular expressions as they stand in the project."""
    from django.urls import resolve

    return "/" + resolve(path).route


def _follow_werkzeug(module: Any) -> None:
    def label(client: Any, environ: Dict[str, Any], *_: Any) -> str:
        def route() -> str:
            adapter = client.application.url_map.bind_to_environ(environ)
            return adapter.match(return_rule=True)[0].rule

        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        return _label(environ["REQUEST_METHOD"], path, route)

    _follow(module.Client, "run_wsgi_app", label)


def _asgi_label(transport: Any, sent: Any) -> str:
    path = sent.url.path
    scope = {"type": "http", "method": sent.method, "path": path, "root_path": "", "headers": list(sent.headers.raw),
             "path_params": {}}
    return _label(sent.method, path, lambda: asgi_route(transport.app, scope))


def asgi_route(app: Any, scope: Dict[str, Any]) -> Optional[str]:
    """`/orders/{id}`. An application in middleware is looked for behind it."""
    while not hasattr(app, "routes") and hasattr(app, "app"):
        app = app.app
    return _route_among(app.routes, scope)


def _route_among(routes: Iterable[Any], scope: Dict[str, Any]) -> Optional[str]:
    for route in routes:
        match, inner = route.matches(scope)
        if match.name != "FULL":
            continue
        if hasattr(route, "effective_candidates"):  # FastAPI: a router that was included
            return _route_among(route.effective_candidates(), scope)
        route = getattr(route, "starlette_route", None) or route
        if getattr(route, "routes", None):  # mounted: its own routes say the rest
            rest = _route_among(route.routes, {**scope, **inner})
            return rest and route.path + rest
        return route.path
    return None


def _follow_starlette(module: Any) -> None:
    _follow(getattr(module, "_TestClientTransport", None), "handle_request", _asgi_label)


def _follow_httpx(module: Any) -> None:
    _follow(getattr(module, "ASGITransport", None), "handle_async_request", _asgi_label)


_clients: Dict[str, Callable[[Any], None]] = {
    "django.test.client": _follow_django,
    "werkzeug.test": _follow_werkzeug,
    "starlette.testclient": _follow_starlette,
    "httpx": _follow_httpx,
    "httpx2": _follow_httpx,
}
