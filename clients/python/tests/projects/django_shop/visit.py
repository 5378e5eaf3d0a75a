"""visit.py [TRACEPARENT]: asks the shop for a page outside any test, as a browser would; what it answered, as JSON."""

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
import django  # noqa: E402  (after the settings are named)

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.backends.utils import CursorWrapper  # noqa: E402
from django.test import Client  # noqa: E402
from shop.models import Author  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
if not Author.objects.exists():
    from conftest import fill

    fill()
sent, execute = [], CursorWrapper._execute
CursorWrapper._execute = lambda self, sql, *rest: (sent.append(sql), execute(self, sql, *rest))[1]
answer = Client().get("/shop/books/5/", headers={"traceparent": sys.argv[1]} if sys.argv[1:] else None)
nothing = Client().get("/nothing/")
print(json.dumps({"status": answer.status_code, "timing": answer.headers.get("Server-Timing"),
                  "nothing": [nothing.status_code, nothing.headers.get("Server-Timing")],
                  "sql": sent}))
