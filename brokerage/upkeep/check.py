"""`brokerage check`: whether what the database holds can be true."""

from collections.abc import Callable, Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from brokerage.engagements import change_invariants as changes
from brokerage.engagements import invariants as engagements
from brokerage.follow_ups import invariants as follow_ups
from brokerage.headships import invariants as headships
from brokerage.leaders import invariants as leaders
from brokerage.ledger import invariants as ledger
from brokerage.messages import invariants as messages
from brokerage.needs import invariants as needs
from brokerage.pairings import invariants as pairings
from brokerage.schools import invariants as schools

Broken = Callable[[Session], Iterator[str]]

# Each room's invariants: a sentence for everything that does not hold.
INVARIANTS: list[tuple[str, Broken]] = [
    ("the ledger is an unbroken chain", ledger.broken),
    ("every message's state and marks go together", messages.broken),
    ("schools, trusts and hand-picked schools go together", schools.broken),
    ("every days account is the sum of its movements", leaders.broken),
    ("every need has what its state promises", needs.broken),
    ("new heads, buddies and the pool go together", headships.broken),
    ("engagements, visits and days go together", engagements.broken),
    ("agreements say what holds, and changes come to a version", changes.broken),
    ("everybody was asked at a proper time, and up the ladder", follow_ups.broken),
    ("suggestions, needs and runs of the plan go together", pairings.broken),
]


def check(session: Session) -> Iterator[tuple[str, list[str]]]:
    """Each invariant, with a sentence for everything that breaks it."""
    if session.get_bind().dialect.name == "sqlite":
        yield "the database file is whole", list(_file_faults(session))
    for name, broken in INVARIANTS:
        yield name, list(broken(session))


def _file_faults(session: Session) -> Iterator[str]:
    for (line,) in session.execute(text("PRAGMA integrity_check")):
        if line != "ok":
            yield f"The database file is damaged: {line}"
    for table, row, other, _ in session.execute(text("PRAGMA foreign_key_check")):
        yield f"Row {row} of {table} points to a row of {other} that is not there."
