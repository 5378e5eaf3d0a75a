"""What `onetrip completion` prints is asked by the shells themselves."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BINARY

BASH = """source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_onetrip
printf '%s\\n' "${COMPREPLY[@]}"
"""
# zsh completes only in its line editor: here stand, for its own functions, some that print what they are given.
ZSH = """compdef() { }
_arguments() { print -rl -- "$@" }
_describe() { print -rl -- "${(@P)2}" }
_normal() { print -r -- normal $CURRENT "$words[@]" }
source "$1"; shift
words=("$@"); CURRENT=$#
_onetrip
"""
FISH = "source $argv[1]; complete -C $argv[2]"


class Completion(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-completion-")))
        for name in ("run one.json", "rules.toml"):
            (self.folder / name).touch()

    def asked(self, shell, program, *words):
        if not shutil.which(shell):
            self.skipTest(f"there is no {shell} here")
        script = self.folder / f".{shell}"
        script.write_bytes(subprocess.run([BINARY, "completion", shell], check=True, capture_output=True).stdout)
        bare = {"bash": ["--norc", "-c", program, "bash"], "zsh": ["-f", "-c", program, "zsh"],
                "fish": ["--no-config", "-c", program]}[shell]
        done = subprocess.run([shell, *bare, script, *words], cwd=self.folder, text=True, capture_output=True,
                              env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [one for one in done.stdout.splitlines() if one]

    def bash(self, *words):
        return self.asked("bash", BASH, "onetrip", *words)

    def fish(self, line):
        return [one.split("\t")[0] for one in self.asked("fish", FISH, f"onetrip {line}")]

    def zsh(self, *words):
        return self.asked("zsh", ZSH, "onetrip", *words)

    def test_bash_knows_verbs_and_flags(self):
        self.assertEqual(self.bash("ex"), ["explain", "exec"])
        self.assertEqual(self.bash("baseline", ""), ["update", "diff", "prune"])
        self.assertEqual(self.bash("exec", "--re"), ["--rewrite", "--report"])
        self.assertEqual(self.bash("baseline", "update", "--"), ["--help", "--windows", "--baseline"])
        self.assertEqual(self.bash("nonsense", "zz"), [])

    def test_bash_knows_values(self):
        self.assertEqual(self.bash("exec", "--report", "j"), ["json", "junit"])
        self.assertEqual(self.bash("exec", "--report", "=", "j"), ["json", "junit"])
        self.assertEqual(self.bash("explain", "n-"), ["n-plus-one"])
        self.assertEqual(self.bash("completion", ""), ["bash", "zsh", "fish"])
        self.assertEqual(self.bash("run", "--upstream", ""), [])

    def test_bash_knows_where_files_stand(self):
        for words in (["diff"], ["diff", "rules.toml"], ["check", "--windows"], ["check", "--windows", "rules.toml"],
                      ["exec", "--budget"], ["exec", "--budget", "="], ["exec", "--report", "json", "="]):
            self.assertEqual(self.bash(*words, "ru"), ["run one.json", "rules.toml"], words)
        self.assertEqual(self.bash("check", "--windows", "rules.toml", "--ba"), ["--baseline"])

    def test_bash_leaves_a_command_to_itself(self):
        self.assertIn("env", self.bash("exec", "--", "en"))
        self.assertEqual(self.bash("exec", "--", "check", "--report", "ru"), ["run one.json", "rules.toml"])

    def test_fish_knows_the_same(self):
        self.assertEqual(self.fish("baseline "), ["diff", "prune", "update"])
        self.assertEqual(self.fish("exec --re"), ["--report", "--rewrite"])
        self.assertEqual(self.fish("exec --report j"), ["json", "junit"])
        self.assertEqual(self.fish("explain n-"), ["n-plus-one"])
        self.assertEqual(self.fish("diff ru"), ["rules.toml", "run one.json"])
        self.assertEqual(self.fish("exec --budget ru"), ["rules.toml", "run one.json"])
        self.assertEqual(self.fish("exec -- cat ru"), ["rules.toml", "run one.json"])
        self.assertEqual(self.fish("run ru"), [])

    def test_zsh_is_told_the_same(self):
        self.assertIn("exec:Run a COMMAND, and judge what it asked the database", self.zsh(""))
        self.assertEqual([one.split(":")[0] for one in self.zsh("baseline", "") if ":" in one],
                         ["update", "diff", "prune"])
        told = self.zsh("exec", "--ephemeral", "")
        self.assertIn("*--report=[FORMAT or FORMAT=PATH, repeatable: text, json, markdown, junit, sarif, github, "
                      "gitlab, html]:VALUE:(text json markdown junit sarif github gitlab html)", told)
        self.assertTrue([one for one in told if one.startswith("--save=[") and one.endswith("]:FILE:_files")])
        self.assertIn("*:FILE:_files", self.zsh("diff", ""))
        self.assertEqual(self.zsh("exec", "--", "make", "a"), ["normal 2 make a"])

    def test_another_shell_is_refused(self):
        done = subprocess.run([BINARY, "completion", "powershell"], text=True, capture_output=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("bash,zsh,fish", done.stderr)


if __name__ == "__main__":
    unittest.main()
