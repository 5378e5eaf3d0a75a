"""`onetrip top` in a terminal of its own: what it shows, its keys, and that it gives the terminal back as it was,
whatever ends it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
import unittest

import pyte

from harness import BINARY, CLIENTS, PATIENCE_S, PYTHON, Proxy, ProxyTest, free_port, run

SUITE = (PYTHON, CLIENTS / "suite.py")
LEFT, RIGHT, UP, DOWN = "\x1bOD", "\x1bOC", "\x1bOA", "\x1bOB"


class Terminal:
    """A program in a terminal of 30 lines of 110 columns, as one would see it."""

    def __init__(self, *arguments, **variables):
        self.master, self.slave = pty.openpty()
        self.screen = pyte.Screen(110, 30)
        self.stream = pyte.ByteStream(self.screen)
        self.written = b""
        self.changed = threading.Condition()
        self.set_size(30, 110)
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            [BINARY, "top", *map(str, arguments)], stdin=self.slave, stdout=self.slave, stderr=self.slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "screen", "LC_ALL": "C.UTF-8", **variables})
        self.enough = os.pipe()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def set_size(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        while True:
            ready, _, _ = select.select([self.master, self.enough[0]], [], [])
            try:
                piece = os.read(self.master, 65536) if self.master in ready else b""
            except OSError:  # no program holds the other side
                return
            if not piece:
                return
            with self.changed:
                self.written += piece
                self.stream.feed(piece)
                self.changed.notify_all()

    def resize(self, rows, columns):
        with self.changed:
            self.screen.resize(rows, columns)
        self.set_size(rows, columns)

    def type(self, keys):
        os.write(self.master, keys.encode())

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def chosen(self):
        """The row in reverse."""
        return next((line for line, cells in zip(self.screen.display, self.rows()) if cells[0].reverse), "")

    def chosen_test(self):
        """Of a finding."""
        found = re.search(r"(\w+): author was", self.chosen())
        return found.group(1) if found else ""

    def sorted_by(self):
        """The column that is underlined; the tabs are, too."""
        underlined = ["".join(cell.data for cell in cells if cell.underscore).strip() for cells in self.rows()]
        return [text for text in underlined if text][-1:]

    def rows(self):
        return [[self.screen.buffer[row][column] for column in range(self.screen.columns)] for row in range(self.screen.lines)]

    def wait(self, condition, what):
        deadline = time.monotonic() + PATIENCE_S
        with self.changed:
            while not condition():
                if not self.changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f"{what} did not come:\n" + "\n".join(self.lines()))

    def wait_for(self, *parts):
        self.wait(lambda: all(part in "\n".join(self.lines()) for part in parts), parts)

    def end(self):
        """The exit code, and everything that was written."""
        code = self.process.wait(PATIENCE_S)
        self.after = termios.tcgetattr(self.slave)
        self.close("slave")
        self.reader.join(PATIENCE_S)
        return code, self.written.decode(errors="replace")

    def hang_up(self):
        """As when the window is closed, or the line breaks."""
        os.write(self.enough[1], b".")
        self.reader.join(PATIENCE_S)
        self.close("master", "slave")

    def close(self, *names):
        for name in names:
            if getattr(self, name) is not None:
                os.close(getattr(self, name))
                setattr(self, name, None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.close("slave", "master")
        for descriptor in self.enough:
            os.close(descriptor)


class TopTest(ProxyTest):
    def suite(self, *steps):
        """The steps of clients/suite.py, through the proxy."""
        url = f"postgres://{self.server.user}@{self.proxy.host}:{self.proxy.port}/postgres"
        run([*SUITE, *steps], dict(os.environ, DATABASE_URL=url))
        self.api.flush()

    def top(self, *arguments, api=None, **variables):
        options = ("--api", api or self.api.address, "--interval", "100ms")
        return self.enterContext(Terminal(*options, *arguments, **variables))


class Watching(TopTest):
    def setUp(self):
        self.api.reset()

    def test_findings_come_live_and_one_walks_through_them(self):
        top = self.top()
        top.wait_for("Findings 0", "Nothing was found so far.", "q quit")
        self.suite("test:first", "loop:20", "end")
        top.wait_for("Findings 1", "first: author was fetched 20 times")
        self.suite("test:second", "loop:30", "end")
        top.wait_for("Findings 2", "second: author was fetched 30 times", "fed by    SELECT book")
        top.wait(lambda: top.sorted_by() == ["LEVEL"], "the column")
        first = top.chosen_test()
        top.type("j")
        top.wait(lambda: top.chosen_test() not in ("", first), "the other row")
        second = top.chosen_test()
        top.type(UP)
        top.wait(lambda: top.chosen_test() == first, "the first row")
        top.type(DOWN + RIGHT)
        top.wait(lambda: top.sorted_by() == ["COUNT"], "the next column")
        self.assertEqual(top.chosen_test(), second)
        rows = [line for line in top.lines() if "was fetched" in line and line.startswith("error")]
        self.assertEqual(["second" in line for line in rows], [True, False])

    def test_statements_come_with_their_rate(self):
        top = self.top()
        top.type("\t")
        top.wait_for("PER S", "No statement yet.")
        self.suite("test:first", "loop:20", "end")
        top.wait_for("Statements 4", "SELECT author", "SELECT book")
        top.wait(lambda: top.sorted_by() == ["TIME"], "the column")
        top.type(LEFT + LEFT)
        top.wait(lambda: top.sorted_by() == ["CALLS"], "the first column")
        top.wait(lambda: "SELECT author" in top.chosen(), "the most called")
        stopped = threading.Event()
        worker = threading.Thread(target=self.ask_until, args=(stopped,))
        worker.start()
        try:
            top.wait(lambda: float(top.chosen()[7:13].strip() or 0) > 0, "a rate")
        finally:
            stopped.set()
            worker.join()

    def ask_until(self, stopped):
        while not stopped.is_set():
            self.suite("test:second", "loop:100", "end")

    def test_it_holds_still_and_explains_its_keys(self):
        top = self.top()
        top.wait_for("Findings 0")
        top.type("p")
        top.wait_for("paused")
        top.type("?")
        top.wait_for("hold still, or go on")
        self.suite("test:first", "loop:20", "end")
        top.type("h")
        top.wait_for("Nothing was found so far.")
        top.type("?")
        top.wait_for("hold still, or go on")
        top.type("\x1b")  # Esc
        top.wait_for("Nothing was found so far.")
        top.type("p")
        top.wait_for("Findings 1")

    def test_it_fits_whatever_size_the_terminal_gets(self):
        self.suite("test:first", "loop:20", "end")
        top = self.top()
        top.wait_for("Findings 1", "q quit")
        top.resize(8, 40)
        top.wait(lambda: "q quit" in top.lines()[7] and re.match("onetrip .*…$", top.lines()[0]), "the small screen")
        top.resize(50, 150)
        top.wait(lambda: "q quit" in top.lines()[49] and "in one request, once for each row of book" in "\n".join(top.lines()), "the large screen")


class Ending(TopTest):
    def ends_clean(self, top, code, *said):
        ended, written = top.end()
        self.assertEqual(ended, code, written)
        self.assertEqual(top.before, top.after)
        self.assertIn("\x1b[?1049h", written)
        for on, off in (("\x1b[?1049h", "\x1b[?1049l"), ("\x1b[?25l", "\x1b[?25h")):  # other screen, no cursor
            self.assertGreater(written.rfind(off), written.rfind(on), written[-200:])
        last = written.rsplit("\x1b[?1049l", 1)[1]
        for part in said:
            self.assertIn(part, last)

    def test_by_a_key(self):
        for key in ("q", "\x03", "\x1c"):  # q, Ctrl-C, Ctrl-\
            top = self.top()
            top.wait_for("Findings")
            top.type(key)
            self.ends_clean(top, 0)

    def test_by_a_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            top = self.top()
            top.wait_for("Findings")
            top.process.send_signal(number)
            self.ends_clean(top, 0)

    def test_when_the_terminal_goes(self):
        top = self.top()
        top.wait_for("Findings")
        top.hang_up()
        self.assertEqual(top.process.wait(PATIENCE_S), 0)

    def test_when_the_proxy_goes(self):
        proxy = self.enterContext(Proxy(BINARY, f"postgres://{self.server.user}@{self.server.host}:{self.server.port}"))
        top = self.top(api=proxy.api.address)
        top.wait_for("Findings")
        proxy.stop()
        self.ends_clean(top, 75, "onetrip: nobody answers at 127.0.0.1:")


class Refusing(TopTest):
    def onetrip(self, *arguments, **more):
        return subprocess.run([BINARY, "top", *arguments], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=PATIENCE_S, **more)

    def test_once_prints_both_tables_for_scripts(self):
        self.suite("test:first", "loop:20", "end")
        done = self.onetrip("--once", "--api", self.api.address)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("first: author was fetched 20 times in one request, once for each row of book\n", done.stdout)
        self.assertIn("SELECT author\n", done.stdout)
        self.assertNotIn("\x1b", done.stdout)

    def test_an_output_that_is_full_is_no_success(self):
        for verb in (["top", "--once"], ["status"]):
            with open("/dev/full", "w") as full:
                done = subprocess.run([BINARY, *verb, "--api", self.api.address], text=True, stdin=subprocess.DEVNULL,
                                      stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE_S)
            self.assertEqual((done.returncode, done.stderr), (75, "onetrip: cannot write standard output\n"))

    def test_without_a_terminal(self):
        done = self.onetrip("--api", self.api.address)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("top wants a terminal for its input and its output; `onetrip top --once` prints", done.stderr)

    def test_in_a_terminal_that_nobody_knows(self):
        top = self.top(TERM="nonesuch")
        code, written = top.end()
        self.assertEqual(code, 2)
        self.assertIn("the terminal `nonesuch` is not known", written)
        self.assertEqual(top.before, top.after)

    def test_in_a_terminal_that_cannot_be_drawn_on(self):
        top = self.top(TERM="dumb")
        code, written = top.end()
        self.assertEqual(code, 2)
        self.assertEqual(written.strip(), "onetrip: the terminal `dumb` cannot write at a place that one chooses: "
                                          "`onetrip top --once` prints what it would show")
        self.assertEqual(top.before, top.after)

    def test_where_nobody_answers_or_a_token_is_wanted(self):
        top = self.top(api=f"127.0.0.1:{free_port()}")
        code, written = top.end()
        self.assertEqual(code, 75)
        self.assertIn("nobody answers at", written)
        self.assertNotIn("\x1b[?1049h", written)
        done = self.onetrip("--once", "--interval", "soon")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--interval takes a duration", done.stderr)


if __name__ == "__main__":
    unittest.main()
