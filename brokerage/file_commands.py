"""The commands that take files in and give them out: schools, partnerships, leaders, matching,
backups."""

import sys
from dataclasses import replace as with_changed
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from brokerage import clock
from brokerage.actor import Actor, By
from brokerage.app import application, create_app
from brokerage.database import db, reading
from brokerage.errors import BrokerageError
from brokerage.leaders.register_export import export
from brokerage.leaders.register_file import MOST_BYTES, NotARegister
from brokerage.leaders.register_file import read as read_register
from brokerage.leaders.register_import import import_register
from brokerage.matching.match_files import NOTHING_DONE, match_files
from brokerage.messages.stopping_services import hold_restored
from brokerage.partnerships.queries import partnership_of_name
from brokerage.people import services as people
from brokerage.people.links import address_of
from brokerage.schools import services as register
from brokerage.schools.bundle import read_bundle
from brokerage.schools.gias_file import NotGias
from brokerage.schools.report import Report
from brokerage.settings import read_settings
from brokerage.specialisms.rules import fold
from brokerage.upkeep import backup as backups
from brokerage.upkeep import schema
from brokerage.upkeep.check import check
from brokerage.web.words import counted, london_time


@click.group()
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
            answer = register.import_schools(operator(), bundle, file.name, _progress)
            report = Report.of_json(answer)
    for line in report.lines():
        click.echo(line)


@click.command()
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
            operator(),
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


def operator() -> By:
    """Whoever runs the service, at the command line."""
    return By(Actor(name="The operator", via="command line"), clock.now())


def _progress(done: int, total: int) -> None:
    if done % 5000 == 0 or done == total:
        click.echo(f"{done:,} of {total:,} schools", err=True)


@click.group()
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


class Match(click.Command):
    """A wrong option ends with one sentence and 1: 2 says that some rows were left out."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as fault:
            click.echo(fault.format_message(), err=True)
            sys.exit(NOTHING_DONE)


@click.command(cls=Match)
@click.option("--needs", type=click.Path(path_type=Path), required=True, help="needs.csv")
@click.option("--leaders", type=click.Path(path_type=Path), required=True, help="leaders.csv")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="pairings.csv")
@click.option("--level", default="standard", help="instant, standard or thorough")
@click.option("--explain", type=click.Path(path_type=Path), help="Who else, and why not.")
@click.option("--allow-same-trust", is_flag=True, help="Pair leaders with schools of their trust.")
@click.option("--floor", type=int, default=0, help="Points below which nobody is suggested.")
@click.option("--prove", is_flag=True, help="Have HiGHS prove the plan (the extra 'prove').")
def match(
    needs: Path,
    leaders: Path,
    out: Path,
    level: str,
    explain: Path | None,
    allow_same_trust: bool,
    floor: int,
    prove: bool,
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
            prove_it=prove,
            fold=fold,
            say=click.echo,
            complain=partial(click.echo, err=True),
        )
    )


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Back up the database into a new FILE, while the service runs (SQLite)."""
    settings = read_settings()
    made = backups.make(backups.place_of(settings), file, clock.now())
    rows = counted(sum(made.rows.values()), "row")
    click.echo(f"{file} holds {rows}, as of {london_time(made.made)}.")


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="The database that is there is kept beside.")
def restore(file: Path, replace: bool) -> None:
    """Put the database back from a backup, FILE. Nothing is sent until a person says so."""
    settings = read_settings()
    place = backups.place_of(settings)
    backups.require_room(place, replace=replace)
    with TemporaryDirectory(prefix=".restore-", dir=place.parent) as folder:
        scratch = Path(folder) / place.name
        manifest = backups.unpack(file, scratch)
        app = create_app(with_changed(settings, database_url=f"sqlite:///{scratch}"))
        with app.app_context():
            schema.upgrade(clock.now())
            hold_restored(operator(), clock.london_date(manifest.made))
            faults = [fault for _, found in check(db.session()) for fault in found]
            db.session.remove()
            db.engine.dispose()
        backups.require_room(place, replace=replace)
        kept = backups.put_in_place(scratch, place, clock.true_now())
    for fault in faults:
        click.echo(f"Broken: {fault}", err=True)
    click.echo(f"The database is as it was {london_time(manifest.made)}.")
    if kept is not None:
        click.echo(f"The one that was there is kept: {kept}.")
    click.echo("No message goes out until a coordinator, or `brokerage sending resume`, says so.")
