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
from brokerage.errors import BrokerageError
from brokerage.people import services as people
from brokerage.people.links import address_of
from brokerage.schools import services as register
from brokerage.schools.bundle import read_bundle
from brokerage.schools.gias_file import NotGias
from brokerage.schools.report import Report
from brokerage.settings import BadSetting, Settings, read_settings
from brokerage.upkeep import schema
from brokerage.web.words import counted


class Command(click.Group):
    """Faults that an operator can mend are told in a sentence, never as a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (BadSetting, schema.SchemaFault) as fault:
            click.echo(str(fault), err=True)
        except OperationalError as fault:
            click.echo(f"The database cannot be reached: {fault.orig}".strip(), err=True)
        except BrokerageError as refusal:
            click.echo(refusal.sentence, err=True)
        sys.exit(1)


@click.group(cls=Command)
def main() -> None:
    """School-to-school support: run the service, and keep it."""


@contextmanager
def application(*, create: bool = False) -> Iterator[tuple[Flask, Settings]]:
    """The app, in its context, with a database that can be used (made, if ``create`` and there is
    none yet)."""
    settings = read_settings()
    if create:
        settings.instance.mkdir(parents=True, exist_ok=True)
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
def schools() -> None:
    """The register of schools and trusts."""


FILE = click.Path(path_type=Path)


@schools.command("import")
@click.argument("file", type=FILE)
@click.option("--links", type=FILE, help="Which school followed which.")
@click.option("--groups", type=FILE, help="Trusts, or trusts and their schools.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
def import_schools(file: Path, links: Path | None, groups: Path | None, dry_run: bool) -> None:
    """Bring the register to what FILE says: a CSV of establishments from Get Information about
    Schools, which may be zipped. The last line of the report is its summary."""
    files = {"establishments": file, "links": links, "groups": groups}
    try:
        click.echo("Reading ...", err=True)
        bundle = read_bundle({what: path for what, path in files.items() if path is not None})
    except NotGias as fault:
        raise BrokerageError(str(fault)) from fault
    except OSError as fault:
        raise BrokerageError(f"{fault.filename} cannot be read: {fault.strerror}.") from fault
    with application(create=True):
        if dry_run:
            report = register.preview(bundle, _progress)
        else:
            answer = register.import_schools(_operator(), bundle, file.name, _progress)
            report = Report.of_json(answer)
    for line in report.lines():
        click.echo(line)


@main.command()
@click.argument("name")
@click.option("--authority", "authorities", multiple=True, help="A local authority's code.")
@click.option("--school", "urns", multiple=True, type=int, help="A school's URN.")
@click.option("--coordinator-name", help="Its first coordinator ...")
@click.option("--coordinator-email", help="... and where to reach them.")
def partnership(
    name: str,
    authorities: tuple[str, ...],
    urns: tuple[int, ...],
    coordinator_name: str | None,
    coordinator_email: str | None,
) -> None:
    """Make a partnership called NAME, and invite its first coordinator."""
    with application(create=True) as (app, _settings):
        made = people.found_partnership(
            _operator(),
            name,
            authorities=list(authorities),
            urns=list(urns),
            coordinator_name=coordinator_name,
            coordinator_email=coordinator_email,
        )
        schools_now = counted(made["schools"] or 0, "open school")
        click.echo(f"The partnership is made; it has {schools_now}.")
        if made["link_id"] is not None:
            with app.test_request_context():
                click.echo(f"Its coordinator signs in here first: {address_of(made['link_id'])}")


def _operator() -> By:
    return By(Actor(name="The operator", via="command line"), clock.now())


def _progress(done: int, total: int) -> None:
    if done % 5000 == 0 or done == total:
        click.echo(f"{done:,} of {total:,} schools", err=True)
