"""pg_dump, pg_restore and psql: a database with a bit of everything leaves and comes back by the same road."""

from client import Client, HERE
from comparison import Mask
from ground import DATABASE
from private_postgres import binary as server_program

SOURCE = HERE / "dump_source.sql"
BACK, RESTORED = f"{DATABASE}_back", f"{DATABASE}_restored"


RESTRICT = Mask("restrict", rb"(?<=restrict )[A-Za-z0-9]{20,}",
                "pg_dump draws a word that no data can know, for each dump")


class Dump(Client):
    name = "pg_dump"
    masks = (RESTRICT,)

    def run(self, place):
        self.place = place
        dump = server_program("pg_dump")
        self.outcomes = []
        self.step("load", "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-f", SOURCE)
        plain = self.step("dump as SQL", dump)
        self.step("dump as INSERT", dump, "--inserts", "--rows-per-insert=50", "--no-owner", "--section=data")
        self.step("dump the schema", dump, "--schema-only", "--serializable-deferrable")
        self.step("dump roles", server_program("pg_dumpall"), "--globals-only", "--no-role-passwords")
        self.make(BACK)
        self.step("psql of the dump", "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", BACK, given=plain)
        again = self.step("dump of what came back", dump, BACK)
        self.note("what came back is what left", RESTRICT.cover(again) == RESTRICT.cover(plain))
        self.step("dump for pg_restore", dump, "-Fc", "-f", "custom")
        self.make(RESTORED)
        self.step("pg_restore -j2", server_program("pg_restore"), "-j2", "-d", RESTORED, "--exit-on-error", "custom")
        restored = self.step("dump of what was restored", dump, RESTORED)
        self.note("what was restored is what left", RESTRICT.cover(restored) == RESTRICT.cover(plain))
        self.step("dump with two sessions", dump, "-Fd", "-j2", "-Z0", "-f", "folder")
        self.note("files of the folder", self.digests(place.folder / "folder"))
        self.step("dump of nothing", dump, "no_such_database")
        return self.outcomes

    may_fail = ("dump of nothing",)

    def step(self, scenario, *command, given=b""):
        outcome = self.place.run(scenario, command, given)
        self.outcomes.append(outcome)
        return outcome.parts["stdout"]

    def make(self, database):
        self.step(f"create {database}", "createdb", "--template=template0", database)

    def note(self, scenario, value):
        self.step(scenario, "echo", value)

    def digests(self, folder):
        """Sizes of the data files: their names are numbers of the dump, the same as the catalogs are."""
        return sorted(path.stat().st_size for path in folder.iterdir() if path.name != "toc.dat")
