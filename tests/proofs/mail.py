"""`make mail`: whatever the mail server and the clock do, no message is lost, none comes twice, and
none under a second Message-ID.

python -m tests.proofs.mail --messages 200
python -m tests.proofs.mail --database postgres --part dropping
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
from sqlalchemy import create_engine, text

from brokerage.settings import Settings
from tests.conftest import settings_of
from tests.postgres import running_server
from tests.proofs import outages
from tests.proofs.outage import Came, an_outage
from tests.proofs.outages import Act

DATABASES = ("sqlite", "postgres")
CLOCKS = {
    "an hour": timedelta(hours=1),
    "a day": timedelta(days=1),
    "a year": timedelta(days=365),
}
COLUMNS = "written  sent  doubled  lost  maybe sent (came)  failed  waiting  second ids  tries"


def parts(many: int, folder: Path) -> dict[str, tuple[str, Act]]:
    """Each part by its name: what happens, and how."""
    clocks = {
        f"clock-{way}-{name.split()[1]}": (
            f"The clock is moved {way} by {name}, and set right again",
            partial(outages.clock_moved, many=many, by=span if way == "on" else -span),
        )
        for name, span in CLOCKS.items()
        for way in ("on", "back")
    }
    return {
        "down": (
            "The mail server is down for six hours",
            partial(outages.down, many=many, ticks=12),
        ),
        "slow": ("It takes its time", partial(outages.slow, many=many, seconds=0.1)),
        "silent": ("It takes the connection and says nothing", partial(outages.silent, many=many)),
        "dropping": ("It hangs up after every third text", partial(outages.dropping, many=many)),
        "refusing": ("It refuses a fifth for good", partial(outages.refusing, many=many)),
        **clocks,
        "burst": ("Twice as many as the guard lets through", partial(outages.burst, many=many)),
        "off": ("The scheduler is off for three days", partial(outages.off, many=many)),
        "flapping": (
            "Four schedulers, and the server comes and goes",
            partial(outages.flapping, many=many, folder=folder, schedulers=4),
        ),
    }


def line(came: Came) -> str:
    """The counts, beneath COLUMNS."""
    maybe = f"{came.maybe} ({came.maybe_came})"
    return (
        f"{came.written:7}  {came.sent:4}  {came.doubled:7}  {came.lost:4}  {maybe:>17}  "
        f"{came.failed:6}  {came.waiting:7}  {came.second_ids:10}  {came.tries:5}"
    )


@contextmanager
def places(database: str, folder: Path) -> Iterator[partial[Settings]]:
    """How to make settings for a part of this name, with a database of its own."""
    if database == "sqlite":
        yield partial(_on_sqlite, folder)
    else:
        with running_server(Path(tempfile.mkdtemp(prefix="brokerage-postgres-"))) as url:
            yield partial(_on_postgres, folder, url)


def _on_sqlite(folder: Path, name: str) -> Settings:
    return settings_of(folder / name)


def _on_postgres(folder: Path, url: str, name: str) -> Settings:
    database = f"mail_{name.replace('-', '_')}"
    server = url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {database}"))
    engine.dispose()
    return settings_of(folder / name, url.replace("brokerage_test", database))


@click.command()
@click.option("--messages", default=200, help="In each part.")
@click.option("--database", "databases", type=click.Choice(DATABASES), multiple=True)
@click.option("--part", "chosen", multiple=True, help="Only this one; may be given several times.")
def main(messages: int, databases: tuple[str, ...], chosen: tuple[str, ...]) -> None:
    """Do to the mail what can be done to it, and count what came."""
    good = True
    for database in databases or DATABASES:
        with tempfile.TemporaryDirectory() as name, places(database, Path(name)) as settings:
            click.echo(f"{database}\n    {COLUMNS}")
            for part, (words, act) in parts(messages, Path(name)).items():
                if chosen and part not in chosen:
                    continue
                started = time.monotonic()
                with an_outage(Path(name), settings(part)) as outage:
                    came = act(outage)
                good = good and came.good
                click.echo(
                    f"{words} ({part}, {time.monotonic() - started:.0f} s)\n    {line(came)}"
                )
                for note in came.notes:
                    click.echo(f"      {note}")
                for wrong in came.wrong:
                    click.echo(f"      NOT: {wrong}")
    click.echo("All of it holds." if good else "Something does not hold.")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
