"""Loading the demo: a made-up town, its people, and a year and more of their support."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from brokerage.actor import Actor, By
from brokerage.database import Base, db, use_case, writing_engine
from brokerage.demo import fairness, giving, new_heads, past, present
from brokerage.demo.days import Days
from brokerage.demo.gias_files import import_town
from brokerage.demo.history import History, early
from brokerage.demo.leaders import register_leaders
from brokerage.demo.places import AUTHORITY
from brokerage.demo.plots import Plots
from brokerage.demo.posts import PARTNERSHIP, Newcomers, fill_posts, posts_of
from brokerage.demo.starts import Starts
from brokerage.demo.town import make_town
from brokerage.errors import RuleBroken
from brokerage.leaders.rules import school_year
from brokerage.messages.models import Message, MessageState
from brokerage.partnerships.models import Installation, Partnership
from brokerage.people import services as people
from brokerage.people.models import Person
from brokerage.schools.models import School
from brokerage.specialisms import steps as specialisms

FRESH = timedelta(days=3)
"""Messages as young as this are left for the sender; older ones were sent in their time."""
OCCUPIED = (
    "There is something in the database already, so no demo is loaded over it. "
    "Set BROKERAGE_INSTANCE to an empty folder (or DATABASE_URL to an empty database)."
)


def is_empty(session: Session) -> bool:
    """Whether nobody has begun anything in this database."""
    return all(
        session.scalar(select(model).limit(1)) is None for model in (Partnership, Person, School)
    )


def load(now: datetime) -> None:
    """Fill the empty database with the demo, as it is at ``now``, and mark it as one.

    Raises RuleBroken where there is anything in it. Broken off, it leaves the database empty again.
    """
    with Session(db.engine) as session:
        if not is_empty(session):
            raise RuleBroken(OCCUPIED)
    try:
        with _not_waiting_for_the_disk():
            _fill(now)
    except BaseException:
        _empty()
        raise


@contextmanager
def _not_waiting_for_the_disk() -> Iterator[None]:
    """On SQLite, thousands of commits would each wait for the disk: while a demo is loaded, which
    can be loaded again, they need not."""
    if db.engine.dialect.name != "sqlite":
        yield
        return

    def hasten(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", hasten)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", hasten)
        db.engine.dispose()
        with db.engine.connect().execution_options(sqlite_begin="") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(now: datetime) -> None:
    days = Days(now)
    starts = Starts(days)
    town = make_town(school_year(days.today))
    newcomers = Newcomers(town)
    by = By(Actor(name="The demo", via="command line"), early(days.begins))
    _begin(by)
    import_town(by, town)
    founded = people.found_partnership(
        by,
        PARTNERSHIP,
        authorities=[AUTHORITY],
        urns=[],
        coordinator_name=None,
        coordinator_email=None,
    )
    filled = fill_posts(by, town, newcomers, starts.leaving(town))
    posts = posts_of(founded["id"] or 0, filled)
    history = History(town, posts, register_leaders(by, town, posts, newcomers), days)
    plots = Plots(history, but=starts.schools(town))
    history.tell(
        [
            history.weeks(),
            *giving.stories(history),
            *past.stories(history, plots),
            *present.stories(history, plots, newcomers),
            *new_heads.stories(history, starts, newcomers),
            fairness.settings_and_conflicts(history),
            present.plan(history),
        ]
    )
    history.let_time_pass(now)
    _end(By(by.actor, now))


@use_case("demo.begin")
def _begin(by: By, session: Session) -> None:
    specialisms.seed(session)


@use_case("demo.end")
def _end(by: By, session: Session) -> None:
    """What was written long ago was sent long ago; and from now on this is a demo."""
    old = Message.written_at < by.now - FRESH
    sent = {"state": MessageState.SENT, "sent_at": Message.written_at, "attempts": 1}
    session.execute(
        update(Message).where(old, Message.state == MessageState.WAITING).values(**sent)
    )
    installation = session.get(Installation, 1)
    if installation is None:
        installation = Installation(id=1, made_at=by.now)
        session.add(installation)
    installation.demo = True


def _empty() -> None:
    """Take out again whatever was filled in; the database was empty before."""
    kept = {"installation", "specialism"}
    with writing_engine().begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in kept:
                connection.execute(table.delete())
