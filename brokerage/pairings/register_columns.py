"""The register of a partnership as matching searches it, kept in this process from one page to the
next: nobody's shortlist should wait for ten thousand leaders to be read again.

What is kept is good for as long as nothing was done. Whatever is done is in the ledger, by any of
the processes, so that the ledger's head says it in one row; what this process wrote itself without
an entry (laying out a demo, say) is counted beside. When something was done, the rows are read
again, and only leaders who have changed are made anew.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from threading import Lock
from typing import NamedTuple, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, event, select
from sqlalchemy.orm import ORMExecuteState, Session, joinedload

from brokerage.leaders.models import Leader
from brokerage.leaders.register_rows import RegisterRow, register_rows
from brokerage.ledger.queries import head
from brokerage.matching.profiles import LeaderProfile
from brokerage.matching.register import Register
from brokerage.matching.scoring import DEFAULT_WEIGHTS, Weights
from brokerage.matching.shortlist_index import ShortlistIndex
from brokerage.pairings.turns import Turns, turns
from brokerage.people.models import Person

KEPT = 8
"""Registers kept at once, one for each partnership; the one not used for longest goes first."""

Version = tuple[object, ...]
Profiles = dict[str, LeaderProfile]
NO_TURNS = Turns(frozenset(), {}, {}, None)


class Called(NamedTuple):
    """Who a leader is."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The register as it stands: `version` says since when, `rows` and `profiles` are by id."""

    version: Version
    partnership_id: int
    today: date
    rows: Mapping[int, RegisterRow]
    profiles: Mapping[int, LeaderProfile]
    turns: Turns
    register: Register

    def index(self, weights: Weights = DEFAULT_WEIGHTS) -> ShortlistIndex:
        """The register, to be asked for shortlists."""
        return ShortlistIndex(self.register, weights)

    def everybody(self, instead: Mapping[str, LeaderProfile]) -> Iterator[LeaderProfile]:
        """All leaders, some of them as they are for one need."""
        return (instead.get(one.leader_id, one) for one in self.profiles.values())


@dataclass(slots=True)
class _Shelf:
    """The registers kept for one database."""

    standing: OrderedDict[int, Standing] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)


_shelves: WeakKeyDictionary[Pool, _Shelf] = WeakKeyDictionary()
_written = count()
_now_written = next(_written)


def standing(session: Session, partnership_id: int, today: date) -> Standing:
    """The partnership's register now. Days and places for which a leader is being asked already
    count as gone."""
    shelf = _shelf(session)
    version = (_now_written, head(session))
    before = shelf.standing.get(partnership_id)
    if before is not None and (before.version, before.today) == (version, today):
        return before
    found = _read(session, partnership_id, today, version, before)
    with shelf.lock:
        shelf.standing[partnership_id] = found
        shelf.standing.move_to_end(partnership_id)
        while len(shelf.standing) > KEPT:
            shelf.standing.popitem(last=False)
    return found


def leaders_by_id(session: Session, leader_ids: Iterable[str]) -> dict[str, Leader]:
    """The leaders of a page, by the ids that matching calls them by."""
    wanted = select(Leader).where(Leader.id.in_([int(one) for one in leader_ids]))
    found = session.scalars(wanted.options(joinedload(Leader.releaser)))
    return {str(leader.id): leader for leader in found}


def called_by_id(session: Session, leader_ids: Iterable[str]) -> dict[str, Called]:
    """No more than who leaders are, likewise."""
    query = select(Leader.id, Leader.person_id, Person.name).join(Leader.person)
    wanted = query.where(Leader.id.in_([int(one) for one in leader_ids]))
    rows = session.execute(wanted)
    return {str(leader_id): Called(person_id, name) for leader_id, person_id, name in rows}


def _shelf(session: Session) -> _Shelf:
    return _shelves.setdefault(session.get_bind().engine.pool, _Shelf())


def _read(
    session: Session,
    partnership_id: int,
    today: date,
    version: Version,
    before: Standing | None,
) -> Standing:
    if before is None or before.today != today:
        before = Standing(version, partnership_id, today, {}, {}, NO_TURNS, Register([]))
    rows = {row.id: row for row in register_rows(session, partnership_id, today, before.rows)}
    now = turns(session, partnership_id, today)
    as_before = {
        one
        for one, row in rows.items()
        if before.rows.get(one) is row and _turn(before.turns, row) == _turn(now, row)
    }
    profiles = {
        one: before.profiles[one] if one in as_before else _profile(row, today, now)
        for one, row in rows.items()
    }
    unchanged = len(as_before) == len(rows) == len(before.rows)
    register = before.register if unchanged else Register(profiles.values())
    return Standing(version, partnership_id, today, rows, profiles, now, register)


def _turn(found: Turns, row: RegisterRow) -> tuple[object, ...]:
    """All that the turns say of one leader."""
    return found.asked_out.get(row.id), found.left_at(row.home_urn), row.id in found.deployed


def _profile(row: RegisterRow, today: date, found: Turns) -> LeaderProfile:
    leader = cast(Leader, row)  # it has every field of a Leader that is read there
    return found.profile_of(leader, today)


def instead(session: Session, found: Standing, besides: int) -> Profiles:
    """Leaders, by the ids of matching, who are other for the need ``besides``: what they and their
    home schools are being asked for on its behalf does not count as gone."""
    other = turns(session, found.partnership_id, found.today, besides=besides)
    return {
        str(one): _profile(row, found.today, other)
        for one, row in found.rows.items()
        if _turn(other, row) != _turn(found.turns, row)
    }


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, _context: object) -> None:
    _wrote(session)


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if not state.is_select:
        _wrote(state.session)


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.info.pop("wrote", False):
        _count()


def _wrote(session: Session) -> None:
    session.info["wrote"] = True
    _count()


def _count() -> None:
    """What was kept so far is old."""
    global _now_written
    _now_written = next(_written)
