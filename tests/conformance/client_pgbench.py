"""pgbench in each of its ways to talk; with a fixed seed it does the same each time, and the tables prove it."""

from client import Client
from comparison import Mask
from private_postgres import binary as server_program

SUMS = "SELECT (SELECT sum(abalance) FROM pgbench_accounts), (SELECT md5(string_agg(t::text, ',' ORDER BY tid)) FROM " \
       "pgbench_tellers t), (SELECT sum(bbalance) FROM pgbench_branches), (SELECT count(*) FROM pgbench_history), " \
       "(SELECT md5(string_agg(concat_ws('/', tid, aid, delta), ',' ORDER BY tid, aid, delta)) FROM pgbench_history)"
PIPELINE = """\\set id random(1, 100000)
\\startpipeline
SELECT abalance FROM pgbench_accounts WHERE aid = :id;
UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :id;
SELECT 1;
\\endpipeline
"""
READING = """\\set id random(1, 100000)
SELECT aid, abalance FROM pgbench_accounts WHERE aid = :id \\gset one_
SELECT :one_aid + 0 AS sum, 2 AS two \\aset
UPDATE pgbench_branches SET bbalance = bbalance + :one_aid;
"""
FAILING = "SELECT 1 / 0;\n"


class Pgbench(Client):
    name = "pgbench"
    may_fail = ("failing",)
    masks = (
        Mask("figures", rb"(?<= = )[0-9.]+( ms|(?= \(without)|(?= \(including))", "it measures times"),
        Mask("durations", rb"[0-9.]+ s(?= \(|, |\))|[0-9.]+ of [0-9.]+ s", "it measures how long initialisation took"),
        Mask("elapsed", rb"\(elapsed [0-9.]+ s, remaining [0-9.]+ s\)", "it measures how long initialisation took"),
    )

    def run(self, place):
        program = server_program("pgbench")
        for name, script in (("pipeline", PIPELINE), ("reading", READING), ("failing", FAILING)):
            (place.folder / f"{name}.sql").write_text(script)
        outcomes = [place.run("initialise", [program, "-i", "-s1", "-I", "dtGvp", "--quiet"]),
                    place.run("initialise by COPY", [program, "-i", "-s1", "--quiet"])]
        fixed = [program, "-n", "--random-seed=42", "-t100"]
        for mode in ("simple", "extended", "prepared"):
            for clients in (1, 4):
                outcomes += self.balanced(place, f"{mode}, {clients}",
                                          [*fixed, "-M", mode, f"-c{clients}", f"-j{min(2, clients)}"])
            outcomes += self.balanced(place, f"reading, {mode}", [*fixed, "-M", mode, "-f", "reading.sql"])
            outcomes += self.balanced(place, f"connecting, {mode}", [*fixed, "-M", mode, "-t10", "-S", "-C"])
        for mode in ("extended", "prepared"):
            outcomes += self.balanced(place, f"pipeline, {mode}", [*fixed, "-M", mode, "-f", "pipeline.sql", "-c4"])
        return [*outcomes, place.run("failing", [*fixed, "-f", "failing.sql"])]

    def balanced(self, place, scenario, command):
        return [place.run(scenario, command), place.run(f"tables after {scenario}", ["psql", "-XAtc", SUMS])]
