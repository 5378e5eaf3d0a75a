"""dashboards/compose.yml and the Dockerfile, as far as they can be shown without a container engine: the file is read
by docker-compose, what it mounts is there and fits, its Prometheus scrapes its Onetrip, and the image's file system
runs the program with nothing of this machine around it."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2
import yaml

from harness import BINARY, Postgres, ROOT, eventually, free_port
from services import Process

FOLDER = ROOT / "dashboards"
COMPOSE = yaml.safe_load((FOLDER / "compose.yml").read_text())
SERVICES = COMPOSE["services"]


def mounts(service):
    """What lies where in a container: a file of the repository, or the name of a volume."""
    out = {}
    for entry in SERVICES[service].get("volumes", ()):
        source, target, *mode = entry.split(":")
        out[target] = FOLDER / source if source.startswith(".") else source
        if source.startswith(".") and mode != ["ro"]:
            raise AssertionError(f"{entry} may be written to")
    return out


class TheFile(unittest.TestCase):
    @unittest.skipUnless(shutil.which("docker-compose"), "docker-compose is not installed: scripts/setup test")
    def test_docker_compose_reads_it(self):
        done = subprocess.run(["docker-compose", "-f", FOLDER / "compose.yml", "config", "--quiet"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_mounts_what_is_there_and_opens_ports_to_this_machine_alone(self):
        for name, service in SERVICES.items():
            with self.subTest(service=name):
                for source in mounts(name).values():
                    self.assertTrue(source in COMPOSE["volumes"] or source.is_file(), source)
                self.assertTrue(all(port.startswith("127.0.0.1:") for port in service.get("ports", ())))
                for other in service.get("depends_on", ()):
                    self.assertIn(other, SERVICES)

    def test_images_are_pinned(self):
        used = [service["image"] for service in SERVICES.values() if "image" in service]
        for folder in {service["build"] for service in SERVICES.values() if "build" in service}:
            text = (FOLDER / folder / "Dockerfile").read_text()
            used += [image for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE) if image != "scratch"]
            self.assertNotIn("\nUSER root", text)
            self.assertIn("\nUSER ", text)
        self.assertEqual(len(used), 6)
        for image in used:
            self.assertRegex(image, r"^[\w/-]+:v?\d+\.\d+[\w.-]*$")

    def test_the_bookshop_has_what_the_demo_has(self):
        line = next(line for line in (ROOT / "scripts/packages").read_text().splitlines() if re.match(r"demo +python3 ", line))
        self.assertIn(" ".join(line.split()[1:]), (ROOT / "examples/bookshop/Dockerfile").read_text())


class Grafana(unittest.TestCase):
    inside = mounts("grafana")

    def provisioned(self, kind):
        (path,) = [source for target, source in self.inside.items() if target.startswith(f"/etc/grafana/provisioning/{kind}/")]
        return yaml.safe_load(path.read_text())

    def test_finds_every_dashboard_where_its_provider_looks(self):
        (provider,) = self.provisioned("dashboards")["providers"]
        folder = provider["options"]["path"]
        found = {source.name for target, source in self.inside.items() if target.startswith(f"{folder}/")}
        self.assertEqual(found, {path.name for path in (FOLDER / "grafana").glob("*.json")})
        self.assertIn(SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"], self.inside)

    def test_asks_the_prometheus_beside_it(self):
        (source,) = self.provisioned("datasources")["datasources"]
        self.assertEqual((source["type"], source["access"]), ("prometheus", "proxy"))
        name, port = re.fullmatch(r"http://(\w+):(\d+)", source["url"]).groups()
        self.assertIn(f"127.0.0.1:{port}:{port}", SERVICES[name]["ports"])

    def test_leads_to_views_that_the_page_has(self):
        views = set(re.findall(r'view === "(\w+)"', (ROOT / "web/src/app.tsx").read_text())) | {"findings"}
        files = [*(FOLDER / "grafana").glob("*.json"), *(FOLDER / "grafana/provisioning").rglob("*.yml")]
        links = [link for path in files for link in re.findall(r"#/(\w+)[/?]", path.read_text())]
        self.assertEqual(set(links), {"findings", "window"})
        self.assertLessEqual(set(links), views)


@unittest.skipUnless(shutil.which("prometheus"), "prometheus is not installed: scripts/setup test")
class Scraping(unittest.TestCase):
    """The files that are mounted, with the names of the containers replaced by this machine's ports."""

    def test_prometheus_is_let_in_by_the_token_and_the_name(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-compose-")))
        (folder / "token").write_text("5c6ffbdd40d95560")
        server = self.enterContext(Postgres())
        admin = free_port()
        changes = {"postgres@postgres:5432/bookshop": f"{server.user}@{server.host}:{server.port}/postgres",
                   "0.0.0.0:6532": f"127.0.0.1:{free_port()}", "0.0.0.0:9188": f"127.0.0.1:{admin}",
                   "onetrip:9188": f"127.0.0.1:{admin}", "/run/onetrip/": f"{folder}/", "scrape_interval: 15s": "scrape_interval: 1s"}
        for service in ("onetrip", "prometheus"):
            for source in (source for source in mounts(service).values() if isinstance(source, Path)):
                text = source.read_text()
                for name, ours in changes.items():
                    text = text.replace(name, ours)
                (folder / source.name).write_text(text)
        proxy = self.enterContext(Process([BINARY, "run", "--config", folder / "onetrip.toml"]))
        proxy.wait_for_line("ready for connections")
        self.assertEqual(self.ask(admin, "onetrip:9188", "5c6ffbdd40d95560"), 200)
        self.assertEqual(self.ask(admin, "onetrip:9188", "another"), 401)
        self.assertEqual(self.ask(admin, "elsewhere", "5c6ffbdd40d95560"), 403)

        marker, program, *words = SERVICES["onetrip"]["healthcheck"]["test"]
        self.assertEqual((marker, program), ("CMD", "onetrip"))
        words = [word.replace("/run/onetrip/", f"{folder}/").replace("127.0.0.1:9188", f"127.0.0.1:{admin}") for word in words]
        healthy = subprocess.run([BINARY, *words], capture_output=True, text=True)
        self.assertEqual((healthy.returncode, healthy.stderr), (0, ""))

        checked = subprocess.run(["promtool", "check", "config", folder / "prometheus.yml"], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertIn("rules found", checked.stdout)
        port = free_port()
        flags = [flag.replace("/etc/prometheus", str(folder)).replace("=/prometheus", f"={folder}/data")
                 for flag in SERVICES["prometheus"]["command"]]
        scraper = self.enterContext(Process(["prometheus", *flags, f"--web.listen-address=127.0.0.1:{port}"]))
        scraper.wait_for_line("Server is ready to receive web requests")
        eventually(lambda: self.up(port), "a scrape")

    def ask(self, port, host, token):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"Host": host, "Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def up(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/query?query=up", timeout=20) as answer:
            return [one["value"][1] for one in json.load(answer)["data"]["result"]] == ["1"]


class Image(unittest.TestCase):
    """What scripts/lib/image_root lays out, as the root of a process."""

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="onetrip-image-"))
        os.chmod(cls.folder, 0o755)
        subprocess.run([ROOT / "scripts/lib/image_root", BINARY, cls.folder], check=True)

    def inside(self, *arguments):
        alone = ["chroot", self.folder] if os.getuid() == 0 else ["unshare", "-r", "chroot", self.folder]
        return [*alone, "/usr/bin/onetrip", *arguments]

    def run_inside(self, *arguments):
        return subprocess.run(self.inside(*arguments), capture_output=True, text=True, timeout=30)

    def test_holds_no_more_than_is_needed(self):
        programs = {path.relative_to(self.folder).as_posix() for path in Path(self.folder).rglob("*")
                    if path.is_file() and os.access(path, os.X_OK) and ".so" not in path.name}
        self.assertEqual(programs, {"usr/bin/onetrip"})

    def test_the_program_runs_there_and_resolves_names(self):
        done = self.run_inside("version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = self.run_inside("fingerprint", "SELECT 1")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        shutil.copy("/etc/hosts", f"{self.folder}/etc/hosts")  # an engine makes this one
        server = self.enterContext(Postgres())
        port, admin = free_port(), free_port()
        proxy = self.enterContext(Process(self.inside(
            "run", f"postgres://localhost:{server.port}", "--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin}")))
        proxy.wait_for_line("ready for connections")
        psycopg2.connect(host="127.0.0.1", port=port, user=server.user, dbname="postgres").close()
        done = self.run_inside("top", "--once", "--api", f"127.0.0.1:{admin}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"localhost:{server.port} up", done.stdout)


if __name__ == "__main__":
    unittest.main()
