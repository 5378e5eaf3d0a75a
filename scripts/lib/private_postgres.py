#!/usr/bin/python3
"""A PostgreSQL of one's own: a new cluster in a temporary folder, on a free port of 127.0.0.1 and on a
Unix socket, gone without a trace afterwards.

As a program it says "ready PORT FOLDER USER" when connections are accepted, and serves until its standard input
ends or SIGTERM or SIGINT comes. A line "restart" there restarts it, on the same port, a line "kill" does so without a
word to anyone (kill -9); "ready" comes again. Whoever started it holds the other end of that pipe: however they die,
the pipe ends, the server is stopped and the folder removed. As root, the server runs as an unprivileged user."""

import argparse
import ctypes
import glob
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
    "listen_addresses": "127.0.0.1", "shared_buffers": "64MB", "max_connections": "60",
    # The server looks for a gone client while it computes, so that tests can see that the proxy hung up.
    "client_connection_check_interval": "100ms",
}


def binary(name):
    """The newest installed server's program of that name."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    path = found[-1] if found else shutil.which(name)
    if not path:
        sys.exit(f"{name} is not installed: run scripts/setup")
    return path


def unprivileged_user():
    """Who runs the server: ourselves, or somebody harmless when we are root."""
    if os.geteuid() != 0:
        return None
    names = [entry.pw_name for entry in pwd.getpwall()]
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def become(user):
    """Runs in the child: drops rights, and asks for an end when the keeper dies."""
    if user:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    def __init__(self, settings):
        self.user = unprivileged_user()
        self.folder = Path(tempfile.mkdtemp(prefix="onetrip-postgres-"))
        quoted = str(self.folder).replace('"', '""')  # a comma would make two folders of it
        self.settings = dict(SETTINGS, unix_socket_directories=f'"{quoted}"', **settings)
        self.server = None
        self.port = 0

    def start(self):
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                 "--no-sync", "--no-instructions", "--pgdata", self.folder / "data")
        for _ in range(5):  # somebody may take the port between our look and the server's
            self.port = free_port()
            if self.serve():
                return
        raise RuntimeError((self.folder / "log").read_text())

    def run(self, program, *arguments):
        command = [binary(program), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, preexec_fn=lambda: become(self.user), text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stdout}")

    def serve(self):
        """False where the server ends by itself: something is in its way."""
        options = [f"--{name.replace('_', '-')}={value}" for name, value in self.settings.items()]
        command = [binary("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), *options]
        with open(self.folder / "log", "w") as log:
            self.server = subprocess.Popen(command, cwd=self.folder, preexec_fn=lambda: become(self.user),
                                           stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while self.server.poll() is None:
            said = self.pid_file().split()
            if said[:1] == [str(self.server.pid)] and "ready" in said:
                return True
            if time.monotonic() > deadline:  # it runs on: no other may be started beside it
                raise RuntimeError("it does not become ready:\n" + (self.folder / "log").read_text())
            time.sleep(0.02)
        return False

    def restart(self):
        """Every session is told to go, and nobody is let in for a moment."""
        self.server.send_signal(signal.SIGINT)
        self.server.wait()
        if not self.serve():
            raise RuntimeError((self.folder / "log").read_text())

    def kill(self):
        """As when the machine takes it away; it comes back once the last of its processes has noticed."""
        self.server.kill()
        self.server.wait()
        deadline = time.monotonic() + 60
        while not self.serve():
            if time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)  # the former one's processes hold its shared memory until they have noticed

    def pid_file(self):
        """postmaster.pid, which begins with its process ID; its last line becomes "ready"."""
        try:
            return (self.folder / "data" / "postmaster.pid").read_text()
        except OSError:
            return ""

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.server.send_signal(signal.SIGQUIT)
                self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Interrupted(Exception):
    pass


def interrupt(_signal, _frame):
    raise Interrupted


def say_ready(cluster):
    print("ready", cluster.port, cluster.folder, "postgres", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the server")
    settings = dict(text.split("=", 1) for text in parser.parse_args().set)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, interrupt)
    cluster = Cluster(settings)
    try:
        cluster.start()
        say_ready(cluster)
        heard = b""
        while cluster.server.poll() is None:
            readable, _, _ = select.select([sys.stdin], [], [], 1)
            if not readable:
                continue
            asked = os.read(sys.stdin.fileno(), 4096)
            if not asked:
                break
            *lines, heard = (heard + asked).split(b"\n")
            for line in lines:
                {b"restart": cluster.restart, b"kill": cluster.kill}[line]()
                say_ready(cluster)
    except (Interrupted, BrokenPipeError):
        pass
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        cluster.stop()


if __name__ == "__main__":
    main()
