"""What scripts/demo does, once there is a Python. See there."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys

from services import ROOT, Bookshop, Postgres, Proxy, die_with_parent


ROWS = 50  # of each list


class Ended(Exception):
    """SIGTERM, SIGHUP or Ctrl-C."""


def end(number, _frame):
    raise Ended(number)


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Shows Onetrip at work.")
    parser.add_argument("--once", action="store_true", help="end after the findings")
    parser.add_argument("--json", action="store_true", help="print just what GET /api/v1/findings gives")
    return parser.parse_args()


class Screen:
    """Steps go where they do not disturb; findings to stdout."""

    def __init__(self, json):
        self.steps = sys.stderr if json else sys.stdout
        self.json = json

    def say(self, text=""):
        print(text, file=self.steps, flush=True)


def run_step(screen, script):
    """One of our scripts, its words among ours."""
    screen.say(f"==> scripts/{script}")
    process = subprocess.Popen([ROOT / "scripts" / script], stdin=subprocess.DEVNULL, stdout=screen.steps,
                               stderr=sys.stderr, preexec_fn=die_with_parent)
    try:
        code = process.wait()
    except Ended:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    if code != 0:
        sys.exit(f"scripts/{script} failed ({code})")


def program(screen):
    """The binary: a given one, or ours, built when it is not up to date."""
    given = os.environ.get("ONETRIP_BIN")
    if given:
        return given
    run_step(screen, "setup")
    run_step(screen, "build")
    return ROOT / "build/onetrip"


def visit(shop, kind, rows):
    """Each page of a kind once."""
    pages = [page for page in Bookshop.pages() if page["path"].startswith(f"/{kind}/")]
    for page in pages:
        shop.ask(page, rows)
    return len(pages)


def stay(screen, proxy, shop):
    screen.say(f"""
bookshop   {shop.address}/slow/books   (also /fixed/… and /ok/…, ?rows=N)
proxy      postgres://{proxy.host}:{proxy.port}
page       {proxy.api.address}/
findings   {proxy.api.address}/api/v1/findings
metrics    {proxy.api.address}/metrics

Ctrl-C ends it. New findings are printed as they come.""")
    while True:
        signal.pause()


class Lines:
    """The proxy's lines: findings and what belongs to them are shown once the pages have been asked for."""

    def __init__(self):
        self.shown = False

    def __call__(self, line):
        if self.shown:
            print(line, flush=True)


def colour():
    """The proxy writes into our pipe, so it cannot see whether there is a terminal."""
    return "always" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else "never"


def demo(options, screen, stack):
    binary = program(screen)
    screen.say("==> private PostgreSQL")
    server = stack.enter_context(Postgres())
    screen.say(f"    {server.host}:{server.port}, in {server.folder}")
    server.sql("CREATE DATABASE bookshop")
    screen.say("==> tables and rows of the bookshop")
    screen.say("    " + Bookshop.prepare(server.environment("bookshop")).splitlines()[-1])
    lines = Lines()
    upstream = f"postgres://{server.user}@{server.host}:{server.port}"
    screen.say(f"==> onetrip run {upstream}")
    proxy = stack.enter_context(Proxy(binary, upstream, "--log-format", "text", on_line=lines,
                                      environment=dict(os.environ, ONETRIP_LOG__COLOUR=colour())))
    screen.say(f"    listens on {proxy.host}:{proxy.port}, admin on {proxy.host}:{proxy.admin_port}")
    shop = stack.enter_context(Bookshop(server.environment("bookshop", proxy.host, proxy.port), tags="on"))
    screen.say(f"==> the bookshop, through the proxy: {shop.address}\n")
    lines.shown = not options.json
    slow = visit(shop, "slow", ROWS)
    proxy.api.flush()
    quiet = visit(shop, "fixed", ROWS) + visit(shop, "ok", ROWS)
    findings = proxy.api.findings(limit=1000)
    if options.json:
        sys.stdout.write(proxy.api.call("GET", "/api/v1/findings", limit=1000))
        sys.stdout.flush()
    pages = len({finding["label"] for finding in findings if finding["label"].startswith("slow/")})
    others = sum(not finding["label"].startswith("slow/") for finding in findings)
    screen.say(f"\n{slow} slow pages and {quiet} fixed or faultless ones were asked for, with lists of {ROWS}: "
               f"{len(findings) - others} findings on {pages} of the slow pages, {others} on the others.")
    if not options.once:
        stay(screen, proxy, shop)


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, end)
    with contextlib.ExitStack() as stack:
        try:
            demo(options, Screen(options.json), stack)
        except Ended as ended:
            number = ended.args[0]
            for other in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(other, signal.SIG_IGN)  # once is enough: we are on our way
            stack.close()
            sys.exit(0 if number == signal.SIGINT else 128 + number)


main()
