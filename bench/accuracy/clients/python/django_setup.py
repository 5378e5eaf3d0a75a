"""Django as a program: its settings from PG*, and connections that last one run."""

import os
from contextlib import ExitStack

import django
from django.conf import settings

DATABASE = {
    "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "USER": os.environ["PGUSER"],
    "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"], "CONN_MAX_AGE": None}
NOW = {"two": False}  # the run that is performed


class RelatedElsewhere:
    """Of a run over two connections: what is read for an object comes from the other one."""

    def db_for_read(self, _model, **hints):
        return "other" if NOW["two"] and "instance" in hints else None

    def allow_relation(self, *_objects, **_hints):
        return True  # both are one database


settings.configure(
    DATABASES={"default": dict(DATABASE), "other": dict(DATABASE)}, DATABASE_ROUTERS=[RelatedElsewhere()],
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "shop"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True)
django.setup()

from django.db import connection, connections, transaction  # noqa: E402  (after the settings)

TAGS = {"framework": f"django:{django.get_version()}", "db_driver": "django.db.backends.postgresql"}


def performer(cases):
    """What runner.serve calls."""

    def perform(run):
        def tagged(execute, sql, params, many, context):
            return execute(sql + run.comment, params, many, context)

        NOW["two"] = "two" in run.flags
        with ExitStack() as stack:
            for one in connections.all() if NOW["two"] else [connection]:
                stack.callback(one.close)
                one.ensure_connection()
                stack.enter_context(one.execute_wrapper(tagged))
            if "tx" in run.flags:
                stack.enter_context(transaction.atomic())
            cases[run.name](run)

    return perform
