"""Settings of the example. Everything that varies comes from the environment:

DATABASE_URL, or PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE   the database
PGAPPNAME                                                     application_name, "bookshop" if unset
BOOKSHOP_TAGS                                                 on | off (default): SQL comments, see shop/tags.py
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent


def database_from_url(url):
    parts = urlsplit(url)
    return {
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": unquote(parts.path.lstrip("/")),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def database_from_environment():
    return {
        "HOST": os.environ.get("PGHOST", ""),
        "PORT": os.environ.get("PGPORT", ""),
        "USER": os.environ.get("PGUSER", ""),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "NAME": os.environ.get("PGDATABASE", "bookshop"),
        "OPTIONS": {},
    }


database = database_from_url(os.environ["DATABASE_URL"]) if "DATABASE_URL" in os.environ else database_from_environment()
database["ENGINE"] = "django.db.backends.postgresql"
database["CONN_MAX_AGE"] = None
database["OPTIONS"].setdefault("application_name", os.environ.get("PGAPPNAME", "bookshop"))
DATABASES = {"default": database}

tags = os.environ.get("BOOKSHOP_TAGS", "off")
if tags not in ("on", "off"):
    raise ValueError(f"BOOKSHOP_TAGS is {tags!r}: it must be on or off")
MIDDLEWARE = ["shop.tags.QueryTags"] if tags == "on" else []

INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "bookshop.urls"
WSGI_APPLICATION = "bookshop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
SECRET_KEY = secrets.token_urlsafe()  # nothing is signed, so it may differ from start to start

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
