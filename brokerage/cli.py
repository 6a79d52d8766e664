"""The `brokerage` command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from brokerage import clock
from brokerage.actor import Actor, By
from brokerage.app import create_app, note_demo
from brokerage.database import db, reading
from brokerage.leaders.register_export import export
from brokerage.leaders.register_file import MOST_BYTES, NotARegister
from brokerage.leaders.register_file import read as read_register
from brokerage.leaders.register_import import import_register
from brokerage.partnerships.queries import partnership_of_name
from brokerage.settings import BadSetting, Settings, read_settings
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


@main.group()
def leaders() -> None:
    """The register of system leaders, as a file."""


@leaders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partnership", required=True, help="Its name.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def import_leaders(file: Path, partnership: str, dry_run: bool) -> None:
    """Take FILE into a partnership's register: its good rows, each bad one named."""
    with application():
        partnership_id = _partnership_id(partnership)
        actor = Actor(name="Your partnership", via="command line")
        try:
            if file.stat().st_size > MOST_BYTES:
                raise NotARegister("The file is too large for a register of leaders.")
            register = read_register(file)
        except NotARegister as fault:
            raise click.ClickException(str(fault)) from None
        report = import_register(By(actor, clock.now()), partnership_id, register, dry_run=dry_run)
    for bad in report["rejected"]:
        click.echo(f"Line {bad['line']}: {bad['fault']}", err=True)
    if report["unknown"]:
        click.echo(f"Columns passed over: {', '.join(report['unknown'])}", err=True)
    counted = ", ".join(f"{report[kind]} {kind}" for kind in ("new", "changed", "unchanged"))
    dry = " Nothing was changed (dry run)." if dry_run else ""
    click.echo(f"{counted}, {len(report['rejected'])} left out.{dry}")
    sys.exit(2 if report["rejected"] else 0)


@leaders.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--partnership", required=True, help="Its name.")
def export_leaders(file: Path | None, partnership: str) -> None:
    """Write a partnership's register to FILE (or to standard output)."""
    with application():
        text = "".join(export(reading(), _partnership_id(partnership), clock.today()))
    if file is None:
        sys.stdout.buffer.write(text.encode())
    else:
        file.write_bytes(text.encode())


def _partnership_id(name: str) -> int:
    found = partnership_of_name(reading(), name)
    db.session.remove()
    if found is None:
        raise click.ClickException(f"There is no partnership called {name}.")
    return found
