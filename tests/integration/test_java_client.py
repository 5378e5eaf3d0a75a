"""clients/java: its own suite, and a shop of servlets with JUnit; offline, with what scripts/setup took from Maven."""

import os
import unittest

from client_suites import ClientSuites
from harness import ROOT

FOLDER = "clients/java"
MAVEN = ["env", "MAVEN_OPTS=-XX:TieredStopAtLevel=1", "mvn", "-o", "-q", "-B", "test"]
TEST, LABEL = "shop.ShopTest#lists", "GET /shelves/:id"
PLACE = "src/test/java/shop/Shop.java:56 in ask"


def junit(*options, test="shop.ShopTest"):
    """JUnit's own launcher, which starts sooner than Maven."""
    path = os.pathsep.join(["target/test-classes", "target/classes", "target/dependency/*"])
    return ["java", "-XX:TieredStopAtLevel=1", *options, "-cp", path, "org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner",
            "--disable-ansi-colors", "--fail-if-no-tests", f"--select-class={test}"]


class JavaClient(ClientSuites):
    @classmethod
    def prepare(cls):
        super().prepare()
        if not (ROOT / FOLDER / "target/dependency").is_dir():
            raise RuntimeError(f"there is no {FOLDER}/target/dependency: run scripts/setup")

    def url(self, port=None, **parameters):
        query = "&".join(f"{name}={value}" for name, value in {"user": self.server.user, **parameters}.items())
        return {"JDBC_URL": f"jdbc:postgresql://{self.server.host}:{port or self.server.port}/postgres?{query}"}

    def test_1_its_own_suite(self):
        """Also compiles what the others run."""
        code, said = self.call(MAVEN, FOLDER, self.through(ONETRIP_TEST_API=self.api.address, **self.url(self.proxy.port)))
        self.assertEqual(code, 0, said)

    def test_maven(self):
        code, said, report = self.exec([*MAVEN, "-Dtest=ShopTest"], FOLDER, SHOP="slow", ONETRIP_CALLSITE="on", **self.url())
        self.assertEqual(code, 1, said)
        self.assertEqual([one["test"] for problem in report["problems"] for one in problem["places"]], [TEST])

    def test_junit(self):
        self.check_slow_and_fixed(junit(), FOLDER, TEST, LABEL, PLACE, **self.url())
        self.check_budget(junit(), FOLDER, f"{LABEL} sent 6 statements, 1 are allowed", self.url(self.proxy.port), self.url())
        self.check_nobody_answers(junit(), FOLDER, **self.url())

    def test_two_processes(self):
        self.api.reset()
        both = []
        for number in (1, 2):
            name = f"tests-{number}"
            url = self.url(self.proxy.port, ApplicationName=name)
            both.append(self.start(junit(f"-Donetrip.application_name={name}", test="shop.ManyTest"),
                                   FOLDER, self.through(ONETRIP_API=self.api.address, PART=str(number), **url)))
        for process in both:
            said, _ = process.communicate(timeout=self.LIMIT_S)
            self.assertEqual(process.returncode, 0, said)
        bodies = [(row["application"], row["statements"]) for row in self.named("in shop.ManyTest#many[")
                  if row["statements"]]  # else of the other process
        self.assertEqual(sorted(bodies), [(f"tests-{number}", rows + 1) for number in (1, 2) for rows in range(number, 9, 2)])


if __name__ == "__main__":
    unittest.main()
