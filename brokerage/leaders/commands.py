"""`brokerage leaders ...`: the register taken in from a file, and given out."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from brokerage import clock
from brokerage.actor import Actor, By
from brokerage.database import db, reading
from brokerage.leaders.register_export import export
from brokerage.leaders.register_file import MOST_BYTES, NotARegister, RegisterFile, read
from brokerage.leaders.register_import import Report, import_register
from brokerage.partnerships.queries import partnership_of_name


def commands_of(application: Callable[[], AbstractContextManager[Any]]) -> click.Group:
    """The commands, run within ``application``: an app in its context, with its database."""

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
            by = By(Actor(name="Your partnership", via="command line"), clock.now())
            partnership_id = _partnership_id(partnership)
            report = import_register(by, partnership_id, _read(file), dry_run=dry_run)
        sys.exit(_tell(report))

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

    return leaders


def _read(file: Path) -> RegisterFile:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise NotARegister("The file is too large for a register of leaders.")
        return read(file)
    except NotARegister as fault:
        raise click.ClickException(str(fault)) from None


def _tell(report: Report) -> int:
    """Say what came of it; answers the command's exit code."""
    for bad in report["rejected"]:
        click.echo(f"Line {bad['line']}: {bad['fault']}", err=True)
    if report["unknown"]:
        click.echo(f"Columns passed over: {', '.join(report['unknown'])}", err=True)
    counted = ", ".join(f"{report[kind]} {kind}" for kind in ("new", "changed", "unchanged"))
    dry = " Nothing was changed (dry run)." if report["dry_run"] else ""
    click.echo(f"{counted}, {len(report['rejected'])} left out.{dry}")
    return 2 if report["rejected"] else 0


def _partnership_id(name: str) -> int:
    found = partnership_of_name(reading(), name)
    db.session.remove()
    if found is None:
        raise click.ClickException(f"There is no partnership called {name}.")
    return found
