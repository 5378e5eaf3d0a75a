"""Records users over a pool, for scripts/accuracy --windows. See README.md, *Windows*.

  record_windows.py [--build FOLDER] [POOL...]"""

import argparse
import sys
from pathlib import Path

import labels
import recording
from record import CATALOG, HERE, ROOT, export_catalog, renew_database, started, template_server
from windows import POOLS, USERS, path_of

CROWD = labels.Client("crowd", ["{build}/python/bin/python", "-B", "clients/python/crowd.py"],
                      ["clients/python/install", "{build}/python"], orm="", held_out=False)


def record(server, recorder, program, pool, users):
    renew_database(server)
    recorder.start(case=pool, n=users, flags=["tag"])
    answer = program.ask(pool, users, ["tag"])
    run = recorder.finish()
    if answer != "ok":
        sys.exit(f"{pool}, {users} users: {answer}")
    return run.to_bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/accuracy", help="where the client is installed")
    parser.add_argument("pools", nargs="*", metavar="POOL", help=", ".join(POOLS))
    options = parser.parse_args()
    options.build.mkdir(parents=True, exist_ok=True)
    with template_server() as server:
        if CATALOG.read_text() != export_catalog(server):
            sys.exit(f"the schema or the server is another one than that of {CATALOG.relative_to(HERE)}")
        with started(server, CROWD, options.build) as (recorder, program):
            for pool in options.pools or POOLS:
                recording.write(path_of(pool), [record(server, recorder, program, pool, users) for users in USERS])


if __name__ == "__main__":
    main()
