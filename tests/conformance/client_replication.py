"""Replication, which the proxy forwards without looking: base backups, logical changes, the log itself."""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

from client import Client, HERE, LIMIT_S
from client_dump import RESTRICT
from comparison import Mask, Outcome
from ground import DATABASE
from private_postgres import binary as server_program, free_port, unprivileged_user

SLOT = "conformance_changes"
TABLES = "CREATE TABLE item (id int PRIMARY KEY, name text, data bytea); INSERT INTO item SELECT n, 'item ' || n, " \
         "decode(repeat(md5(n::text), 50), 'hex') FROM generate_series(1, 2000) AS n; VACUUM FREEZE item; CHECKPOINT"
CHANGES = ("INSERT INTO item SELECT n, 'new ' || n, NULL FROM generate_series(10001, 10500) AS n",
           "UPDATE item SET name = 'ümläut ' || id WHERE id <= 100",
           "DELETE FROM item WHERE id BETWEEN 50 AND 60", "TRUNCATE item",
           "INSERT INTO item VALUES (1, repeat('long ', 200000), NULL)",
           "BEGIN; INSERT INTO item VALUES (2); SAVEPOINT s; INSERT INTO item VALUES (3); ROLLBACK TO s; COMMIT",
           "SELECT pg_logical_emit_message(true, 'conformance', 'a message')")


class BaseBackup(Client):
    name = "pg_basebackup"
    may_go_blind = True
    masks = (
        Mask("position", rb"\b[0-9A-F]+/[0-9A-F]+\b", "the log goes on between two backups"),
        RESTRICT,
        Mask("slot", rb"pg_basebackup_\d+", "the temporary slot is named for its process"),
    )
    # What the server writes between two backups, and what says where a backup began.
    moving = ("backup_label", "global/pg_control", "pg_wal/", "pg_xact/", "pg_logical/", "pg_stat", "pg_subtrans/",
              "pg_multixact/", "pg_replslot/", "postgresql.auto.conf", "pg_internal.init")

    def run(self, place):
        place.ground.admin(TABLES, DATABASE)
        call = [server_program("pg_basebackup"), "-c", "fast", "--no-sync"]  # a busy disk would be waited for
        outcomes = []
        for name, options in (("streamed", ["-X", "stream"]), ("fetched", ["-X", "fetch", "--max-rate=1000M"]),
                              ("by a slot", ["-X", "stream", "--manifest-checksums=SHA256"])):
            folder = place.folder / name
            outcomes.append(place.run(name, [*call, "-D", folder, "--verbose", *options]))
            outcomes.append(place.run(f"verify {name}", [server_program("pg_verifybackup"), folder]))
            outcomes.append(self.manifest(name, folder))
        outcomes.append(place.run("as tar", [*call, "-Ft", "-z", "-X", "fetch", "-D", place.folder / "tar"]))
        return [*outcomes, self.started(place, place.folder / "streamed")]

    def manifest(self, name, folder):
        """Names, sizes and checksums of the files of the user's database and of the settings."""
        manifest = folder / "backup_manifest"
        if not manifest.exists():
            return Outcome(f"files of {name}", {"files": b"there is no manifest"})
        files = json.loads(manifest.read_text())["Files"]
        moving = lambda path: any(path.startswith(one) or path.endswith(one) for one in self.moving)
        listed = [f"{one['Path'].split('/')[0]} {one['Size']}" for one in files
                  if not moving(one["Path"]) and not one["Path"].startswith(("base/", "global/"))]
        return Outcome(f"files of {name}", {"files": "\n".join(sorted(listed)).encode()})

    def started(self, place, folder):
        """A server made of the backup holds what the first one holds."""
        user, port = unprivileged_user(), free_port()
        if user:
            subprocess.run(["chown", "-R", user.pw_name, folder], check=True)
            os.chmod(folder, 0o700)
        drop = dict(user=user.pw_uid, group=user.pw_gid, extra_groups=[]) if user else {}
        control = [server_program("pg_ctl"), "-D", folder, "-w", "-t", "60", "-s"]
        settings = f"-p {port} -c unix_socket_directories='' -c listen_addresses=127.0.0.1 -c ssl=off -c fsync=off " \
                   "-c shared_buffers=16MB"
        with open(place.folder / "log", "w") as log:
            subprocess.run([*control, "start", "-o", settings], check=True, stdin=subprocess.DEVNULL, stdout=log,
                           stderr=log, cwd="/", **drop)
        try:
            return place.run("the backup, started", [server_program("pg_dump")], PGPORT=str(port), PGSSLMODE="disable",
                             PGCHANNELBINDING="disable")
        finally:
            subprocess.run([*control, "stop", "-m", "immediate"], check=False, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **drop)


class LogicalChanges(Client):
    name = "pg_recvlogical"
    may_go_blind = True
    may_fail = ("create it again",)

    def run(self, place):
        place.ground.admin(TABLES, DATABASE)
        call = [server_program("pg_recvlogical"), "-d", DATABASE, "--slot", SLOT]
        plain = ["-o", "include-xids=0", "-o", "skip-empty-xacts=1"]
        outcomes = [place.run("create", [*call, "--create-slot", "-P", "test_decoding"]),
                    place.run("create it again", [*call, "--create-slot", "-P", "test_decoding"])]
        self.change(place)
        end = place.ground.admin("SELECT pg_current_wal_lsn()")
        outcomes.append(place.run("what was written",
                                  [*call, "--start", "-f", "-", "--no-loop", "--endpos", end, *plain]))
        outcomes.append(self.live(place, [*call, "--start", "-f", "-", "--no-loop", "-s", "1", *plain]))
        outcomes.append(place.run("drop", [*call, "--drop-slot"]))
        return outcomes

    def change(self, place):
        for sql in CHANGES:
            place.ground.admin(sql, DATABASE)

    def live(self, place, command):
        """Changes that are made while it listens; it is told to end after the last."""
        process = subprocess.Popen(list(map(str, command)), env=place.road.settings(), cwd=place.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        watchdog = threading.Timer(LIMIT_S, process.kill)
        watchdog.start()
        place.ground.admin("TRUNCATE item", DATABASE)
        self.change(place)
        place.ground.admin("INSERT INTO item VALUES (99999, 'the last')", DATABASE)
        seen = []
        for line in process.stdout:
            seen.append(line)
            if b"the last" in line:
                break
        seen.append(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate()
        watchdog.cancel()
        return Outcome("as it is written", {"stdout": b"".join(seen), "stderr": stderr,
                                            "exit code": str(process.returncode).encode()})


class ReceivedLog(Client):
    name = "pg_receivewal"
    may_go_blind = True
    masks = (
        Mask("position", rb"\b[0-9A-F]+/[0-9A-F]+\b", "the log goes on between two runs"),
        Mask("segment", rb"\b[0-9A-F]{24}\b", "the log goes on between two runs"),
    )

    def run(self, place):
        program = server_program("pg_receivewal")
        outcomes = [place.run("create", [program, "--slot", SLOT, "--create-slot"])]
        place.ground.admin(TABLES, DATABASE)
        place.ground.admin("SELECT pg_switch_wal()")
        place.ground.admin("SELECT pg_logical_emit_message(false, 'conformance', repeat('x', 100000))", DATABASE)
        end = place.ground.admin("SELECT pg_current_wal_flush_lsn()")
        folder = place.folder / "log"
        folder.mkdir()
        call = [program, "--slot", SLOT, "-D", folder, "--no-loop", "--synchronous", "--endpos", end]
        outcomes.append(place.run("receive", call))
        own = Path(place.ground.server.folder) / "data/pg_wal"
        got = [path for path in folder.iterdir() if path.suffix != ".partial"]
        same = bool(got) and all(path.read_bytes() == (own / path.name).read_bytes() for path in got)
        outcomes.append(Outcome("the segments are the server's own", {"stdout": str(same).encode()}))
        outcomes.append(place.run("drop", [program, "--slot", SLOT, "--drop-slot"]))
        return outcomes


class ReplicationMessages(Client):
    name = "replication"
    may_go_blind = True

    def run(self, place):
        program = HERE / "programs/replication_scenarios.py"
        return [place.run("program", ["/usr/bin/python3", "-B", program])]
