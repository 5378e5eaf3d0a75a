"""All clients that are compared, in the order in which they run."""

from client_programs import PythonProgram
from client_psql import Psql

CLIENTS = [
    Psql(),
    PythonProgram("wire", None, "wire_scenarios.py"),
    PythonProgram("psycopg2", "psycopg2", "psycopg2_scenarios.py"),
    PythonProgram("psycopg3", "psycopg", "psycopg3_scenarios.py"),
    PythonProgram("asyncpg", "asyncpg", "asyncpg_scenarios.py"),
]
