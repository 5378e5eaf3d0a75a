"""A SQLAlchemy program: alchemy_client.py plain | flask | fastapi. With a web framework each request goes through
its application, which opens and closes the session as its documentation says."""

import os
import sys
from contextlib import contextmanager

import flask
import sqlalchemy
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session, sessionmaker

import alchemy_models as m
from alchemy_cases import CASES
from runner import serve

URL = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://")
TAGS = {"framework": "sqlalchemy", "db_driver": f"sqlalchemy:{sqlalchemy.__version__}"}
RELATED = (m.Author, m.Publisher, m.Review, m.Genre, m.Team, m.Customer, m.Currency)
NOW = {}  # the run that is performed, its engines, and the models of the second one


def session():
    return sessionmaker(NOW["engines"][0], binds=NOW["binds"])()


def plain():
    CASES[NOW["run"].name](NOW["run"], NOW["run"].request())


FLASK = flask.Flask("shop")


@FLASK.get("/case")
def flask_view():
    with session() as opened:
        CASES[NOW["run"].name](NOW["run"], opened)
    return "done"


def flask_request():
    FLASK.test_client().get("/case").get_data()


def dependency():
    with session() as opened:
        yield opened


FASTAPI = FastAPI()


@FASTAPI.get("/case")
def fastapi_view(opened: Session = Depends(dependency)):
    CASES[NOW["run"].name](NOW["run"], opened)
    return "done"


def fastapi_request():
    TestClient(FASTAPI).get("/case").raise_for_status()


FLASK.testing = True  # errors come through
WAYS = {"plain": plain, "flask": flask_request, "fastapi": fastapi_request}


@contextmanager
def requests_of(run):
    """run.request() ends the present request's session and opens the next one's, over one pool."""
    opened = []

    def request():
        if opened:
            opened.pop().close()
        run.next_request()
        opened.append(session())
        return opened[0]

    run.request = request
    yield
    for one in opened:
        one.close()


def tagging_engine(run):
    engine = create_engine(URL, pool_size=1, max_overflow=0 if run.name.startswith("users") else 2)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def tag(_connection, _cursor, statement, parameters, _context, _many):
        return statement + run.comment, parameters

    return engine


def perform(run):
    engines = [tagging_engine(run) for _ in range(2 if "two" in run.flags else 1)]
    NOW.update(run=run, engines=engines, binds={model: engines[1] for model in RELATED} if engines[1:] else {})
    try:
        with requests_of(run):
            WAYS[sys.argv[1]]()
    finally:
        for engine in engines:
            engine.dispose()


serve(perform, **TAGS)
