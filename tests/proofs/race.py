"""`make race`: the last days are sold once, whatever comes at the same moment.

python -m tests.proofs.race --rounds 100 --at-once 50 --steps 10000 --seed 1
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.proofs import colliding, stories
from tests.proofs.installation import DATABASES, installation, servers
from tests.proofs.last_days import Race, Tally
from tests.proofs.telling import be_quiet, table


@click.command()
@click.option("--rounds", default=100, help="Rounds of accepts at once.")
@click.option("--at-once", default=50, help="Accepts in a round.")
@click.option("--steps", default=10_000, help="Steps of accepting, withdrawing and confirming.")
@click.option("--collisions", default=100, help="Rounds of these at the same moment.")
@click.option("--seed", type=int, help="What to repeat; a new one each time, if not given.")
@click.option("--database", "databases", type=click.Choice(DATABASES), multiple=True)
def main(
    rounds: int,
    at_once: int,
    steps: int,
    collisions: int,
    seed: int | None,
    databases: tuple[str, ...],
) -> None:
    """Accepts at once for the last days, and accept against withdraw against confirm."""
    seed = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    be_quiet()
    click.echo(f"seed {seed}")
    good = True
    with servers(databases or DATABASES) as found, tempfile.TemporaryDirectory() as folder:
        for database, server in found.items():
            place = Path(folder), database, server
            good &= not rounds or race_for_last_days(*place, rounds, at_once, seed)
            good &= not collisions or collide(*place, collisions, seed)
            good &= not steps or play(*place, steps, seed)
    sys.exit(0 if good else 1)


def race_for_last_days(
    folder: Path, database: str, server: str | None, rounds: int, at_once: int, seed: int
) -> bool:
    """Whether every round sold what there was, and no more."""
    tally, started = Tally(), time.monotonic()
    with installation(folder, f"race_{database}", server) as place:
        race = Race(place, at_once, seed)
        with place.serving(workers=4):
            for tally in race.run(rounds):
                if tally.rounds % 25 == 0:
                    click.echo(f"  {database}: {tally.rounds} rounds")
        broken = place.broken()
    answers = ", ".join(f"{count} {kind}" for kind, count in sorted(tally.answers.items()))
    rows = [
        ("rounds", f"{tally.rounds} of {at_once} accepts at once, 4 workers of 4 threads"),
        ("accepted", tally.accepted),
        ("oversold half-days", tally.oversold),
        ("refused though days were left", tally.undersold),
        ("answers that the database does not bear out", tally.mismatched),
        ("answers", answers),
        ("answers of 500 or above, or none", tally.faults),
        ("refusals without “Those days have just been taken.”", tally.unclear),
        ("slowest answer", f"{tally.slowest:.2f} s"),
        ("broken invariants", len(broken)),
        ("took", f"{time.monotonic() - started:.0f} s"),
    ]
    click.echo(table(f"Accepts for the last days, {database}, seed {seed}", rows))
    for fault in broken:
        click.echo(f"Broken: {fault}")
    return tally.good and not broken


def collide(folder: Path, database: str, server: str | None, rounds: int, seed: int) -> bool:
    """Whether accept, withdraw and confirm at the same moment leave legal histories alone."""
    found = colliding.collide(folder, database, server, rounds=rounds, seed=seed)
    ends = ", ".join(f"{count} {state}" for state, count in sorted(found.ends.items()))
    rows = [
        ("rounds", f"{found.rounds} of {colliding.AT_ONCE} people at once"),
        ("done, refused", f"{found.done}, {found.refused}"),
        ("pairings came to be", ends),
        ("histories that are not legal", len(found.illegal)),
        ("faults other than a refusal", len(found.faults)),
        ("broken invariants", len(found.broken)),
    ]
    click.echo(table(f"Accept, withdraw and confirm at once, {database}, seed {seed}", rows))
    for line in [*found.illegal[:10], *found.faults[:10], *found.broken]:
        click.echo(line)
    return found.good


def play(folder: Path, database: str, server: str | None, steps: int, seed: int) -> bool:
    """Whether model and database are equal after each step, and everything was done in them."""
    started = time.monotonic()
    did = stories.tell_stories(folder, database, server, steps=steps, first_seed=seed)
    rows = [
        ("steps, after each of which model and database are equal", f"{steps} or more"),
        *((name, f"{did[name, True]} done, {did[name, False]} refused") for name in stories.EVENTS),
        ("took", f"{time.monotonic() - started:.0f} s"),
    ]
    click.echo(table(f"Accept against withdraw against confirm, {database}, seed {seed}", rows))
    return all(did[name, True] for name in stories.EVENTS)


if __name__ == "__main__":
    main()
