"""Test processes side by side: which connections are this one's."""

import os
import sys
from typing import Dict, Optional


def worker() -> str:
    """Which of several this process is, as its database's name ends: `gw0` under pytest-xdist, `1` under Django's
    own runner; empty where there is one process."""
    django_runner = sys.modules.get("django.test.runner")
    number = getattr(django_runner, "_worker_id", 0)
    return os.environ.get("PYTEST_XDIST_WORKER", "") or (str(number) if number else "")


def name_connections() -> None:
    """Gives the connections that libpq will open an application_name that no other worker's have. Call it before
    settings are read."""
    mine = worker()
    name = os.environ.get("PGAPPNAME") or "tests"
    if mine and not name.endswith("-" + mine):
        os.environ["PGAPPNAME"] = f"{name}-{mine}"


def connections() -> Dict[str, str]:
    """What tells this process's connections from those of others; empty: nothing, and nothing need."""
    mine = worker()
    if not mine:
        return {}
    database = _django_database()
    if database is not None and database.endswith("_" + mine):
        return {"database": database}
    name = os.environ.get("PGAPPNAME", "")
    return {"application_name": name} if name else {}


def _django_database() -> Optional[str]:
    """The name of the one PostgreSQL database that Django uses; none where it uses several. Opens nothing."""
    conf = sys.modules.get("django.conf")
    if conf is None or "django.db" not in sys.modules or not conf.settings.configured:
        return None
    connections = sys.modules["django.db"].connections
    names = {connections[alias].settings_dict["NAME"] for alias in connections
             if connections[alias].vendor == "postgresql"}
    return str(names.pop()) if len(names) == 1 else None
