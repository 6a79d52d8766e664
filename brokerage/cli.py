"""The `brokerage` command."""

import logging
import sys
import tempfile
from datetime import UTC, datetime

import click
from sqlalchemy.exc import OperationalError

from brokerage import clock, scheduler
from brokerage.app import application, create_app, note_demo
from brokerage.bench import lists
from brokerage.bench.commands import bench, tell
from brokerage.bench.report import machine, machine_line
from brokerage.database import db
from brokerage.demo import loading
from brokerage.demo.cast import cast
from brokerage.errors import BrokerageError
from brokerage.file_commands import (
    backup,
    leaders,
    match,
    operator,
    partnership,
    restore,
    schools,
)
from brokerage.messages import stopping_services
from brokerage.messages.queries import due, queue_state, waiting_by_kind
from brokerage.messages.telling import state_lines
from brokerage.settings import BadSetting, read_settings
from brokerage.upkeep import check as checks
from brokerage.upkeep import queries, running, schema
from brokerage.web.words import counted, london_time


class Command(click.Group):
    """Faults that an operator can mend are told in a sentence, never as a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (BadSetting, schema.SchemaFault, running.CannotRun, clock.ClockNotMovable) as fault:
            click.echo(str(fault), err=True)
        except OperationalError as fault:
            click.echo(f"The database cannot be reached: {fault.orig}".strip(), err=True)
        except BrokerageError as refusal:
            click.echo(refusal.sentence, err=True)
        sys.exit(1)


@click.group(cls=Command)
def main() -> None:
    """School-to-school support: run the service, and keep it."""


@main.command()
def upgrade() -> None:
    """Make the database, or bring it to this version's schema."""
    app = create_app(read_settings())
    with app.app_context():
        schema.upgrade(clock.now())
    click.echo("The database is up to date.")


@main.command("scheduler")
def run_scheduler() -> None:
    """Send messages and do what is due, until it is stopped. Any number may run: one works."""
    running.end_with_parent()
    with application() as (app, _):
        pass
    scheduler.run(app)


class Instant(click.ParamType[datetime]):
    """A date and time, London's unless it names its zone."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a date and time such as 2026-11-03T09:00.", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=clock.LONDON)


@main.command()
@click.option("--at", type=Instant(), help="In a demo: move its clock to this time first.")
def tick(at: datetime | None) -> None:
    """Do everything that is due, once."""
    with application() as (app, _):
        if at is not None:
            clock.move_to(at)
    now = at.astimezone(UTC) if at is not None else clock.now()
    click.echo(f"It is {london_time(now)}.")
    for name, done in scheduler.tick(app, now):
        click.echo(f"  {name}: {done}")


@main.command()
def run() -> None:
    """Serve the pages and do what is due, on this machine, until it is stopped."""
    with application(create=True) as (app, settings):
        lines = _whom_one_can_be() if app.config["DEMO"] else []
    if app.config["DEMO"]:
        running.require_loopback(settings.host)
    running.require_free_port(settings.host, settings.port)

    def ready() -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        click.echo(f"The service is at http://{host}:{settings.port} (Ctrl-C stops it).")
        if lines:
            click.echo("\n".join(lines))

    running.run(settings, ready)


@main.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there is anything already.")
def demo(if_empty: bool) -> None:
    """Load a made-up town, its people and a year of support into an empty database."""
    with application(create=True) as (app, settings):
        occupied = not loading.is_empty(db.session())
        db.session.remove()
        if occupied and if_empty:
            return
        running.require_loopback(settings.host)
        (settings.instance / "clock").unlink(missing_ok=True)  # of a demo that was here before
        click.echo("Loading the demo: a few seconds ...", err=True)
        logging.getLogger("brokerage").setLevel(logging.WARNING)  # else a line for every step
        loading.load(clock.now())
        note_demo(app)
        click.echo("\n".join(_whom_one_can_be()))


def _whom_one_can_be() -> list[str]:
    players = cast(db.session(), clock.today())
    db.session.remove()
    lines = [f"    {player.name}, {player.post}: {player.has}" for player in players]
    return ["This is a demo. On the sign-in page you can sign in as, for example:", *lines]


@main.command()
def check() -> None:
    """Check that what the database holds can be true."""
    with application() as (app, settings):
        session = db.session()
        found = list(checks.check(session))
        last = queries.last_tick(session, scheduler.LEASE)
        waiting = due(session, clock.now())
        db.session.remove()
        demo = app.config["DEMO"]
    for name, faults in found:
        for fault in faults:
            click.echo(f"Broken: {fault}", err=True)
        click.echo(f"{'holds' if not faults else 'BROKEN'}: {name}")
    bad = sum(1 for _, faults in found if faults)
    click.echo(f"{len(found) - bad} of {len(found)} hold.")
    click.echo(f"The scheduler last ticked: {london_time(last) if last else 'never'}.")
    if settings.smtp_url is None and not demo:
        click.echo(f"SMTP_URL is not set: messages are not sent ({waiting} wait).", err=True)
    sys.exit(1 if bad else 0)


@main.group()
def sending() -> None:
    """Whether messages go out: of all partnerships, on this installation."""


@sending.command()
@click.option("--why", required=True, help="What every coordinator is told.")
def pause(why: str) -> None:
    """Let no message go out until somebody lets sending go on. Everything waits."""
    with application():
        stopping_services.pause(operator(), why)
    click.echo("Sending is paused.")


@sending.command()
def resume() -> None:
    """Let sending go on, whatever had stopped it."""
    with application():
        stopping_services.resume(operator())
    click.echo("Sending goes on.")


@sending.command("set-aside")
@click.argument("kinds", nargs=-1, required=True)
@click.option("--why", required=True, help="What stands beside each message.")
def set_aside(kinds: tuple[str, ...], why: str) -> None:
    """Give up the waiting messages of these KINDS, which `status` tells."""
    with application() as (_, settings):
        done = stopping_services.set_aside(operator(), kinds, why, setting=settings.burst_guard)
    click.echo(f"{counted(done['many'], 'message')} set aside.")


@sending.command()
def status() -> None:
    """Say how it stands with sending."""
    with application():
        session = db.session()
        now = clock.now()
        lines = state_lines(queue_state(session, now), waiting_by_kind(session, operator().actor))
        db.session.remove()
    click.echo("\n".join(lines))


for command in (schools, partnership, leaders, match, backup, restore):
    main.add_command(command)


@bench.command("lists")
@click.option("--needs", type=click.IntRange(1, 1_000_000), default=10_000)
@click.option("--schools", type=click.IntRange(2_000, 100_000), default=25_000)
def measure_lists(needs: int, schools: int) -> None:
    """A page of each long list, in times of a view that answers a constant.

    Ends with 1 where a promise is not kept."""
    click.echo(machine_line(machine()))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        app = create_app(read_settings({"BROKERAGE_INSTANCE": folder}))
        found = lists.measure(app, needs, schools)
    tell(lists.lines(found), lists.faults(found))


main.add_command(bench)

if __name__ == "__main__":
    main()
