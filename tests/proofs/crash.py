"""`make crash`: nothing acknowledged is lost and nothing is done twice, whatever dies.

python -m tests.proofs.crash --kills 200 --seed 1
python -m tests.proofs.crash --part schedulers --database sqlite --kills 25 --seed 1
"""

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from tests.proofs import asleep, killing_schedulers, killing_workers, many_at_once
from tests.proofs.installation import DATABASES, servers
from tests.proofs.killed_scheduler import POINTS
from tests.proofs.telling import be_quiet, quantile, table

GROUPS = {"sqlite": 20, "postgres": 16}
"""Installations side by side whose schedulers are killed; PostgreSQL lets in no more."""

STEPS = 1000


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
        ("maybe sent by one kill, at most", found.maybe_of_one),
        ("maybe sent by none of the kills", found.maybe_of_none),
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


def workers(folder: Path, database: str, server: str | None, kills: int, seed: int) -> bool:
    """Web workers are killed in mid-request."""
    started = time.monotonic()
    found = killing_workers.kill_workers(folder, database, server, kills=kills, seed=seed)
    took, tally = time.monotonic() - started, found.tally
    kinds = Counter(sent.kind for sent in tally.sent)
    rows = [
        ("kills in mid-request", found.kills),
        ("kills that cut nobody off, not counted", found.idle),
        ("forms answered", ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))),
        ("tries that no answer came to, sent again", tally.cut),
        ("acknowledged and lost", found.lost.total()),
        ("effects doubled", found.doubled.total()),
        ("sent once more though answered", tally.again),
        ("second answers that differ from the first", len(tally.differing)),
        ("refused", dict(found.refused) or "none"),
        ("answers of 500 or above", dict(tally.faults) or "none"),
        ("broken invariants", len(found.broken)),
        ("took", f"{took:.0f} s"),
    ]
    click.echo(table(f"Web workers killed, {database}, seed {seed}", rows))
    for line in [*tally.differing[:10], *found.broken]:
        click.echo(line)
    return found.good


def many(folder: Path, database: str, server: str | None, _kills: int, seed: int) -> bool:
    """A thousand steps before four schedulers, beside four web workers."""
    found = many_at_once.many_steps(folder, database, server, steps=STEPS, seed=seed)
    came = found.outcome
    rows = [
        ("steps due", came.steps),
        ("mails that ask for them", came.of_steps),
        ("mails in all", came.mails),
        ("forms taken meanwhile", found.forms),
        ("lost, doubled, maybe sent", f"{came.lost}, {came.doubled}, {came.maybe}"),
        ("anything else", dict(came.other) or "nothing"),
        ("first mail to last", f"{found.first_to_last:.0f} s"),
        ("broken invariants", len(found.broken)),
    ]
    click.echo(table(f"Four schedulers and four web workers, {database}, seed {seed}", rows))
    return found.good


def sleepers(folder: Path, database: str, server: str | None, _kills: int, _seed: int) -> bool:
    """A holder of the lease is stopped for 90 seconds, and woken."""
    rows, good = [("stopped when", "sent before", "by the other", "sent after waking", "")], True
    for moment, words in asleep.MOMENTS.items():
        found = asleep.stop_and_wake(folder, database, server, moment)
        came = found.outcome
        sums = f"lost {came.lost}, doubled {came.doubled}, maybe sent {came.maybe}"
        rows.append((words, str(found.before), str(found.by_other), str(found.after), sums))
        good &= found.good
    click.echo(table(f"Stopped for 90 s and woken, {database}", rows))
    return good


PARTS = {"workers": workers, "schedulers": schedulers, "many": many, "sleepers": sleepers}


@click.command()
@click.option("--kills", default=200, help="Of web workers, and of schedulers, on each database.")
@click.option("--seed", type=int, help="What to repeat; a new one each time, if not given.")
@click.option("--database", "databases", type=click.Choice(DATABASES), multiple=True)
@click.option("--part", "parts", type=click.Choice(list(PARTS)), multiple=True)
def main(kills: int, seed: int | None, databases: tuple[str, ...], parts: tuple[str, ...]) -> None:
    """Kill web workers in mid-request and schedulers at named points, and count what came of it."""
    seed = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    be_quiet()
    click.echo(f"seed {seed}")
    good = True
    with servers(databases or DATABASES) as found, tempfile.TemporaryDirectory() as folder:
        for part in parts or PARTS:
            for database, server in found.items():
                good &= PARTS[part](Path(folder), database, server, kills, seed)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
