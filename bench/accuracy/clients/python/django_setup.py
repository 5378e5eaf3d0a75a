"""Django as a program: its settings from PG*, and connections that last one run."""

import os
from contextlib import ExitStack

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "USER": os.environ["PGUSER"],
        "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"], "CONN_MAX_AGE": None}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "shop"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True)
django.setup()

from django.db import connection, transaction  # noqa: E402  (after the settings)

TAGS = {"framework": f"django:{django.get_version()}", "db_driver": "django.db.backends.postgresql"}


def performer(cases):
    """What runner.serve calls."""

    def perform(run):
        def tagged(execute, sql, params, many, context):
            return execute(sql + run.comment, params, many, context)

        with ExitStack() as stack:
            stack.callback(connection.close)
            connection.ensure_connection()
            stack.enter_context(connection.execute_wrapper(tagged))
            if "tx" in run.flags:
                stack.enter_context(transaction.atomic())
            cases[run.name](run)

    return perform
