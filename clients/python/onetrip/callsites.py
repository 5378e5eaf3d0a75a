"""Comments with the call's place at the statements of Django and SQLAlchemy, where ONETRIP_CALLSITE=on asks for them
(pytest: onetrip_callsite = true)."""

import os
import sys
from typing import Any

from onetrip.callsite import callsite, tagged

PERCENT_DRIVERS = ("format", "pyformat")


def follow_if_asked() -> None:
    """Follows the libraries that are loaded, each once. Cheap when nothing is new."""
    if os.environ.get("ONETRIP_CALLSITE", "") != "on":
        return
    for name in [name for name in _libraries if name in sys.modules]:
        _libraries.pop(name)(sys.modules[name])


def _follow_django(module: Any) -> None:
    module.connection_created.connect(_connected, dispatch_uid="onetrip")


def _connected(connection: Any, **_: Any) -> None:
    # In front: a block of execute_wrapper() that is open now takes the last one away at its end.
    if connection.vendor == "postgresql" and _django_wrapper not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _django_wrapper)


def _django_wrapper(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    if isinstance(sql, str):
        sql = tagged(sql, {"callsite": callsite()}, doubles_percent=params is not None)
    return execute(sql, params, many, context)


def _follow_sqlalchemy(module: Any) -> None:
    module.event.listen(module.engine.Engine, "before_cursor_execute", _before_cursor_execute, retval=True)


def _before_cursor_execute(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> Any:
    if connection.dialect.name == "postgresql":
        doubles = connection.dialect.paramstyle in PERCENT_DRIVERS
        statement = tagged(statement, {"callsite": callsite()}, doubles)
    return statement, parameters


_libraries = {
    "django.db.backends.signals": _follow_django,
    "sqlalchemy": _follow_sqlalchemy,
}
