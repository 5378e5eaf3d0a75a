"""A program that speaks SQL to a driver: plain_client.py psycopg3 | psycopg2 | asyncpg."""

import sys
from contextlib import nullcontext

import drivers
import plain_writes  # noqa: F401  (registers its cases)
from plain import CASES
from runner import serve

DRIVERS = {"psycopg3": drivers.Psycopg3, "psycopg2": drivers.Psycopg2, "asyncpg": drivers.Asyncpg}


def main():
    driver = DRIVERS[sys.argv[1]]

    def perform(run):
        session = driver(run)
        try:
            rest = session.another() if "two" in run.flags else session
            with session.transaction() if "tx" in run.flags else nullcontext():
                CASES[run.name](run, session, rest)
        finally:
            session.close_all()

    serve(perform, **driver.tags)


if __name__ == "__main__":
    main()
