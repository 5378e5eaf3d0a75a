"""psql over sql/*.sql: one scenario per file, all in one database, in the order of their names."""

from client import Client, HERE
from comparison import Mask

FILES = sorted((HERE / "sql").glob("*.sql"))


class Psql(Client):
    name = "psql"
    masks = (
        Mask("notifier", rb'(?<=from server process with PID )\d+', "each session has a process of its own"),
        Mask("log time", rb"(?<=Time: )[0-9.]+ ms", "psql's \\timing measures wall time"),
    )
    files = FILES
    may_fail = tuple(file.stem for file in FILES if file.stem.startswith("end_"))

    def run(self, place):
        return [place.run(file.stem, ["psql", "-Xa", "-f", file]) for file in self.files]
