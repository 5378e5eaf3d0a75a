"""Small programs over drivers, all with the same scenarios where the driver knows the thing; one process each."""

import importlib.util
import os
import shutil
import subprocess

from client import Client, HERE
from ground import ROOT

PYTHON = "/usr/bin/python3"
PROGRAMS = HERE / "programs"


def built(command, folder, what, **more):
    """Runs a build or a download; its failure leaves the client out."""
    done = subprocess.run(list(map(str, command)), cwd=folder, env=dict(os.environ, **more), text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise RuntimeError(f"{what} failed:\n{tail}")


class Program(Client):
    def command(self):
        raise NotImplementedError

    def settings(self):
        return {}

    def run(self, place):
        return [place.run("program", self.command(), **self.settings())]


class PythonProgram(Program):
    def __init__(self, name, module, program):
        self.name, self.module, self.program = name, module, program

    def missing(self):
        if self.module and importlib.util.find_spec(self.module) is None:
            return f"{PYTHON} has no module {self.module}"
        return None

    def command(self):
        return [PYTHON, "-B", PROGRAMS / self.program]
