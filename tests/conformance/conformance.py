"""Runs clients' own statements direct and through the proxy and compares the results byte by byte; run by
scripts/conformance. Exit code 1 when anything was different, 2 when nothing could be compared, 3 when all that was
compared was the same and clients were left out."""

import argparse
import os
import sys
import time
from pathlib import Path

import large
from clients import CLIENTS
from ground import BINARY, Ground, PLAIN, ROOT, TLS_LEGS
from suite import judge, say

CACHE = Path(os.environ.get("ONETRIP_CONFORMANCE_CACHE", ROOT / "build/conformance"))


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/conformance", description=__doc__)
    parser.add_argument("--client", action="append", metavar="NAME", help="only this one; may be repeated")
    parser.add_argument("--tls", action="store_true", help="also with TLS to the proxy, to the server, and to both")
    parser.add_argument("--large", action="store_true", help="only messages of nearly 1 GB, and COPY of more "
                        "(large.py); with --tls also with TLS on both hops")
    parser.add_argument("--list", action="store_true", help="name the clients and what is missing for each")
    chosen = parser.parse_args()
    known = [client.name for client in CLIENTS]
    for name in chosen.client or ():
        if name not in known:
            parser.error(f"no client {name}; there are: {', '.join(known)}")
    if chosen.large and chosen.client:
        parser.error("--large has a client of its own")
    return chosen


def ready(clients):
    """Those that can run here, built, and why the others cannot, by their names."""
    able, left_out = [], {}
    for client in clients:
        reason = client.missing()
        if not reason:
            folder = CACHE / client.name
            folder.mkdir(parents=True, exist_ok=True)
            try:
                client.prepare(folder)
            except RuntimeError as error:
                reason = str(error)
        if reason:
            print(f"{client.name}: left out: {reason}", flush=True)
            left_out[client.name] = reason
        else:
            able.append(client)
    return able, left_out


def run_leg(ground, leg, clients):
    """Whether all was the same over one leg. A proxy of its own for each client: what it counts is that client's."""
    all_same = True
    for client in clients:
        start = time.monotonic()
        with ground.proxy(leg) as proxy:
            verdict = judge(client, ground, leg, ground.direct(leg), ground.through(leg, proxy.port), proxy.api)
        print(f"{say(verdict)} in {time.monotonic() - start:.0f} s" if verdict.same else say(verdict), flush=True)
        all_same = all_same and verdict.same
    return all_same


def conclusion(compared, same, left_out):
    """The last line, and the exit code. `compared`: how many clients; `left_out`: from a client's name to the reason."""
    text, code = ("Nothing was compared", 2) if not compared else \
        ("All the same", 3 if left_out else 0) if same else ("There are differences", 1)
    if not left_out:
        return f"{text}.", code
    named = ", ".join(f"{name} ({reason.splitlines()[0].rstrip(':')})" for name, reason in left_out.items())
    return f"{text}; {len(left_out)} of {compared + len(left_out)} left out: {named}", code


def main():
    chosen = arguments()
    clients = [client for client in CLIENTS if not chosen.client or client.name in chosen.client]
    if chosen.list:
        for client in clients:
            reason = client.missing()
            print(f"{client.name}: {f'would be left out: {reason}' if reason else 'can run'}")
        return 0
    if not os.access(BINARY, os.X_OK):
        sys.exit(f"there is no program {BINARY}: scripts/build makes it")
    if chosen.large:
        return 0 if large.run((PLAIN, *(TLS_LEGS[:1] if chosen.tls else ()))) else 1
    clients, left_out = ready(clients)
    same = []
    if clients:
        with Ground() as ground:
            same = [run_leg(ground, leg, clients) for leg in (PLAIN, *(TLS_LEGS if chosen.tls else ()))]
    text, code = conclusion(len(clients), all(same), left_out)
    print(text)
    return code


if __name__ == "__main__":
    sys.exit(main())
