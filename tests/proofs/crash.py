"""`make crash`: nothing acknowledged is lost and nothing is done twice, whatever dies.

python -m tests.proofs.crash --kills 200 --seed 1
python -m tests.proofs.crash --part schedulers --database sqlite --kills 25 --seed 1
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.proofs import killing_schedulers
from tests.proofs.installation import DATABASES, servers
from tests.proofs.killed_scheduler import POINTS
from tests.proofs.telling import quantile, table

GROUPS = {"sqlite": 20, "postgres": 16}
"""Installations whose schedulers are killed side by side; PostgreSQL has connections for so many."""


def schedulers(folder: Path, database: str, server: str | None, kills: int, seed: int) -> bool:
    """Schedulers are killed at five named points."""
    started = time.monotonic()
    found = killing_schedulers.kill_schedulers(
        folder, database, server, kills=kills, groups=GROUPS[database], seed=seed
    )
    took, came = time.monotonic() - started, found.outcome
    points = [(point, found.at_each_point[point], words) for point, words in POINTS.items()]
    click.echo(table(f"Schedulers killed, {database}, seed {seed}", points))
    rows = [
        ("kills", len(found.kills)),
        ("steps due", came.steps),
        ("mails that came", came.mails),
        ("sent", came.sent),
        ("maybe sent (of which came)", f"{came.maybe} ({came.maybe_came})"),
        ("maybe sent that no coordinator sees", came.unseen),
        ("lost", came.lost),
        ("doubled", came.doubled),
        ("anything else", dict(came.other) or "nothing"),
        ("work went on after, median", f"{quantile(found.resumed, 0.5):.1f} s"),
        ("work went on after, at most", f"{max(found.resumed):.1f} s"),
        ("faults and broken invariants", len(found.faults)),
        ("took", f"{took:.0f} s"),
    ]
    click.echo(table(f"What it came to, {database}, seed {seed}", rows))
    for fault in found.faults:
        click.echo(fault)
    return found.good


PARTS = {"schedulers": schedulers}


@click.command()
@click.option("--kills", default=200, help="Of web workers, and of schedulers, on each database.")
@click.option("--seed", type=int, help="What to repeat; a new one each time, if not given.")
@click.option("--database", "databases", type=click.Choice(DATABASES), multiple=True)
@click.option("--part", "parts", type=click.Choice(list(PARTS)), multiple=True)
def main(kills: int, seed: int | None, databases: tuple[str, ...], parts: tuple[str, ...]) -> None:
    """Kill web workers in mid-request and schedulers at named points, and count what came of it."""
    seed = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    click.echo(f"seed {seed}")
    good = True
    with servers(databases or DATABASES) as found, tempfile.TemporaryDirectory() as folder:
        for part in parts or PARTS:
            for database, server in found.items():
                good &= PARTS[part](Path(folder), database, server, kills, seed)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
