"""The `brokerage` command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from brokerage import clock
from brokerage.app import create_app, note_demo
from brokerage.matching.match_files import NOTHING_DONE, match_files
from brokerage.settings import BadSetting, Settings, read_settings
from brokerage.specialisms.rules import fold
from brokerage.upkeep import schema


class Command(click.Group):
    """Faults that an operator can mend are told in a sentence, never as a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (BadSetting, schema.SchemaFault) as fault:
            click.echo(str(fault), err=True)
        except OperationalError as fault:
            click.echo(f"The database cannot be reached: {fault.orig}".strip(), err=True)
        sys.exit(1)


@click.group(cls=Command)
def main() -> None:
    """School-to-school support: run the service, and keep it."""


@contextmanager
def application(*, create: bool = False) -> Iterator[tuple[Flask, Settings]]:
    """The app, in its context, with a database that can be used (made, if ``create`` and there is
    none yet)."""
    settings = read_settings()
    app = create_app(settings)
    with app.app_context():
        if create and schema.is_empty():
            schema.upgrade(clock.now())
            note_demo(app)
        schema.require_current()
        yield app, settings


@main.command()
def upgrade() -> None:
    """Make the database, or bring it to this version's schema."""
    app = create_app(read_settings())
    with app.app_context():
        schema.upgrade(clock.now())
    click.echo("The database is up to date.")


class Match(click.Command):
    """A wrong option ends with one sentence and 1: 2 says that some rows were left out."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as fault:
            click.echo(fault.format_message(), err=True)
            sys.exit(NOTHING_DONE)


@main.command(cls=Match)
@click.option("--needs", type=click.Path(path_type=Path), required=True, help="needs.csv")
@click.option("--leaders", type=click.Path(path_type=Path), required=True, help="leaders.csv")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="pairings.csv")
@click.option("--level", default="standard", help="instant, standard or thorough")
@click.option("--explain", type=click.Path(path_type=Path), help="Who else, and why not.")
@click.option("--allow-same-trust", is_flag=True, help="Pair leaders with schools of their trust.")
@click.option("--floor", type=int, default=0, help="Points below which nobody is suggested.")
def match(
    needs: Path,
    leaders: Path,
    out: Path,
    level: str,
    explain: Path | None,
    allow_same_trust: bool,
    floor: int,
) -> None:
    """Match needs with leaders from two spreadsheets, without a database.

    Ends with 0 where all rows could be read, 2 where some were left out, 1 where nothing could be
    done.
    """
    sys.exit(
        match_files(
            needs,
            leaders,
            out,
            level=level,
            explain_path=explain,
            allow_same_trust=allow_same_trust,
            floor=floor,
            fold=fold,
            say=click.echo,
            complain=partial(click.echo, err=True),
        )
    )
