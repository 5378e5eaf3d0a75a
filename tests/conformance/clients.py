"""All clients that are compared, in the order in which they run."""

from client_dump import Dump
from client_pgbench import Pgbench
from client_programs import GoProgram, JavaProgram, NodeProgram, PythonProgram, RustProgram
from client_psql import Psql
from client_replication import BaseBackup, LogicalChanges, ReceivedLog, ReplicationMessages

CLIENTS = [
    Psql(),
    PythonProgram("wire", None, "wire_scenarios.py"),
    PythonProgram("broken", None, "broken_scenarios.py", may_go_blind=True),
    Dump(),
    Pgbench(),
    BaseBackup(),
    LogicalChanges(),
    ReceivedLog(),
    ReplicationMessages(),
    PythonProgram("psycopg2", "psycopg2", "psycopg2_scenarios.py"),
    PythonProgram("psycopg3", "psycopg", "psycopg3_scenarios.py"),
    PythonProgram("asyncpg", "asyncpg", "asyncpg_scenarios.py"),
    NodeProgram(),
    GoProgram(),
    JavaProgram(),
    RustProgram(),
]
