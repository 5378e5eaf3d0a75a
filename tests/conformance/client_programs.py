"""Small programs over drivers, all with the same scenarios where the driver knows the thing; one process each."""

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


class NodeProgram(Program):
    """node-postgres: tests/integration/node's, pinned there, or the distribution's."""

    name = "node-postgres"
    places = (ROOT / "tests/integration/node/node_modules", "/usr/share/nodejs")

    def missing(self):
        if not shutil.which("node"):
            return "there is no node"
        if not self.found():
            return "node-postgres is missing: npm ci in tests/integration/node"
        return None

    def found(self):
        return [str(place) for place in self.places if os.path.isdir(f"{place}/pg")]

    def command(self):
        return ["node", PROGRAMS / "node_scenarios.js"]

    def settings(self):
        return {"NODE_PATH": self.found()[0]}


class PythonProgram(Program):
    def __init__(self, name, module, program, **more):
        self.name, self.module, self.program = name, module, program
        self.__dict__.update(more)

    def missing(self):
        if self.module and subprocess.run([PYTHON, "-c", f"import {self.module}"], capture_output=True).returncode != 0:
            return f"{PYTHON} has no module {self.module}"
        return None

    def command(self):
        return [PYTHON, "-B", PROGRAMS / self.program]


def missing_commands(*commands):
    lacking = [command for command in commands if not shutil.which(command)]
    return f"there is no {' and no '.join(lacking)}" if lacking else None


class CompiledProgram(Program):
    """Built from programs/NAME into the cache; is told where the SQL is that all programs share."""

    tools = ()

    def missing(self):
        return missing_commands(*self.tools)

    def prepare(self, folder):
        self.built = folder
        self.build(PROGRAMS / self.name, folder)

    def build(self, source, target):
        raise NotImplementedError

    def start(self):
        raise NotImplementedError

    def command(self):
        return [*self.start(), PROGRAMS / "data.sql", PROGRAMS / "values.sql"]


class GoProgram(CompiledProgram):
    name = "pgx"
    tools = ("go",)

    def build(self, source, target):
        built(["go", "build", "-o", target / "program", "."], source, "go build")

    def start(self):
        return [self.built / "program"]


class JavaProgram(CompiledProgram):
    name = "pgjdbc"
    tools = ("javac", "java", "mvn")

    def build(self, source, target):
        if not list((target / "lib").glob("postgresql-*.jar")):
            built(["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={target / 'lib'}"], source, "mvn")
        built(["javac", "-cp", f"{target}/lib/*", "-d", target / "classes", "Scenarios.java"], source, "javac")

    def start(self):
        return ["java", "-XX:+UseSerialGC", "-cp", f"{self.built}/lib/*:{self.built}/classes", "Scenarios"]


class RustProgram(CompiledProgram):
    name = "tokio-postgres"
    tools = ("cargo",)

    def build(self, source, target):
        built(["cargo", "build", "--locked"], source, "cargo build", CARGO_TARGET_DIR=str(target))

    def start(self):
        return [self.built / "debug/conformance"]
