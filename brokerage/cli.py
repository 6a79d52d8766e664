"""The `brokerage` command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from brokerage import clock
from brokerage.app import create_app, note_demo
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
