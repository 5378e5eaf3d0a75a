"""Runs the clients' programs against a private PostgreSQL and records what passes. See README.md.

  record.py [--missing | --try GLOB] [--build FOLDER] [CLIENT...]"""

import argparse
import fnmatch
import json
import os
import select
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import labels
import recording
from recorder import Recorder

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "scripts/lib"))
from services import Postgres  # noqa: E402  (after the path that it is found by)

ONETRIP = os.environ.get("ONETRIP_BIN", ROOT / "build/onetrip")
CATALOG = HERE / "recordings/catalog.json"
RUN_LIMIT_S = 60
LONGEST_PAUSE_US = 60_000  # unintended: the machine was busy
PAUSING = ("pair.requests", "user.requests", "slow.statement", "idle.transaction", "long.transaction", "long.request",
           "test.apart", "test.apart_lazy", "test.apart_reading")  # the last three: before pytest has started
TRIES = 4


class Program:
    """A client's program, asked for one run at a time."""

    def __init__(self, client, build, environment):
        self.client = client
        self.process = subprocess.Popen(words(client.command, build), cwd=HERE, env=environment, text=True,
                                        bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, case, n, flags):
        line = " ".join([case, str(n), *flags])
        self.process.stdin.write(line + "\n")
        if not select.select([self.process.stdout], [], [], RUN_LIMIT_S)[0]:
            raise RuntimeError(f"{self.client.name} does not answer to: {line}")
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"{self.client.name} ended at: {line}")
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def words(command, build):
    """As labels/<client>.toml writes it: {python} is this one, {build} the folder to install to."""
    return [word.format(python=sys.executable, build=build) for word in command]


@contextmanager
def template_server():
    with Postgres() as server:
        server.sql("CREATE DATABASE accuracy_template;")
        server.sql((HERE / "schema.sql").read_text(), "accuracy_template")
        yield server


def renew_database(server):
    server.sql("DROP DATABASE IF EXISTS accuracy WITH (FORCE);\nCREATE DATABASE accuracy TEMPLATE accuracy_template;")


def record_run(server, recorder, program, labelled):
    """The run as it was recorded; none, and why, when the program could not do it."""
    for _ in range(TRIES):
        if not labelled.case.reads:
            renew_database(server)
        recorder.start(client=labelled.client.name, case=labelled.case.name, n=labelled.n, flags=labelled.flags)
        answer = program.ask(labelled.case.name, labelled.n, labelled.flags)
        run = recorder.finish()
        if answer != "ok":
            return None, answer
        if labelled.case.name in PAUSING or run.longest_pause_us() < LONGEST_PAUSE_US:
            return run, ""
    return run, f"paused for {run.longest_pause_us() / 1000:.0f} ms, {TRIES} times"


def export_catalog(server):
    dsn = f"postgres://{server.user}@{server.host}:{server.port}/accuracy_template"
    done = subprocess.run([ONETRIP, "catalog", "export", "--dsn", dsn], check=True,
                          stdout=subprocess.PIPE, text=True)
    return done.stdout


def extends(catalog, recorded):
    """Does it say of every table the same, and at most more? What was recorded stays true then: tables that were
    added after all others leave their object ids as they were."""
    catalog, recorded = json.loads(catalog), json.loads(recorded)
    return all(one in catalog[kind] for kind in ("tables", "foreign_keys") for one in recorded[kind])


def wanted_runs(client, tried, there):
    """Those that are not there. First those that only read: all of them may use one copy of the database."""
    runs = sorted((run for run in client.runs if run.key not in there), key=lambda run: not run.case.reads)
    if not tried:
        return runs
    return list({run.case.name: run for run in runs if fnmatch.fnmatchcase(run.case.name, tried)}.values())


def recorded(client):
    """What there is already of the client's labelled runs, by key."""
    path = path_of(client)
    if not path.exists():
        return {}
    there = {(header["case"], header["n"], tuple(header["flags"])): content
             for header, content in recording.runs(recording.read(path))}
    return {run.key: there[run.key] for run in client.runs if run.key in there}


def path_of(client):
    return HERE / "recordings" / f"{client.name}.rec.xz"


@contextmanager
def started(server, client, build):
    """The client's program before a copy of the database, and the recorder between them."""
    if client.prepare:
        subprocess.run(words(client.prepare, build), cwd=HERE, check=True, stdout=sys.stderr)
    recorder = Recorder(server.port)
    url = f"postgres://{server.user}@127.0.0.1:{recorder.port}/accuracy"
    environment = server.environment("accuracy", port=recorder.port, DATABASE_URL=url, PGSSLMODE="disable",
                                     PGGSSENCMODE="disable")
    renew_database(server)
    with Program(client, build, environment) as program:
        yield recorder, program


def record_client(server, client, runs, build):
    kept, faults = [], []
    with started(server, client, build) as (recorder, program):
        for labelled in runs:
            run, fault = record_run(server, recorder, program, labelled)
            if run:
                kept.append(run.to_bytes())
            if fault:
                faults.append(f"{labelled.case.name} {labelled.n} {' '.join(labelled.flags)}: {fault}")
    return kept, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--try", dest="tried", metavar="GLOB",
                        help="one run of each of these cases, to see whether the program can: nothing is written")
    parser.add_argument("--missing", action="store_true", help="only runs that are not recorded yet, beside the others")
    parser.add_argument("--build", type=Path, default=ROOT / "build/accuracy", help="where clients are installed")
    parser.add_argument("clients", nargs="*", metavar="CLIENT")
    options = parser.parse_args()
    options.build.mkdir(parents=True, exist_ok=True)
    names = options.clients or labels.client_names()
    with template_server() as server:
        catalog = export_catalog(server)
        if CATALOG.exists() and not extends(catalog, CATALOG.read_text()) and names != labels.client_names():
            sys.exit("the schema or the server is another one than that of the recordings: record all clients anew")
        for name in names:
            client = labels.client(name)
            there = recorded(client) if options.missing else {}
            wanted = wanted_runs(client, options.tried, there)
            kept, faults = record_client(server, client, wanted, options.build) if wanted else ([], [])
            print(f"{name}: {len(kept)} runs, {len(faults)} with a fault", *faults, sep="\n  ", flush=True)
            if not options.tried:
                recording.write(path_of(client), [*there.values(), *kept])
                CATALOG.write_text(catalog)


if __name__ == "__main__":
    main()
