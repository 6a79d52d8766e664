"""The register of a partnership as plain rows: all that says what its leaders offer, in four
queries and without an object of the database for each of ten thousand.

Many leaders say the same: each different claim, list or account is one object here, so that little
is made and what is unchanged is seen to be at a glance.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row, Select, Text, cast, select
from sqlalchemy.orm import Session

from brokerage.leaders.models import DaysAccount, Designation, Leader, LeaderSpecialism
from brokerage.leaders.queries import members_on
from brokerage.leaders.rules import Accepting, Level, school_year
from brokerage.people.models import Person
from brokerage.schools.models import Phase, School

Rows = Select[*tuple[Any, ...]]


class ClaimRow(NamedTuple):
    """One specialism of somebody, as of a `LeaderSpecialism`."""

    code: str
    phase: Phase
    level: Level
    evidence_on: date | None


class DesignationRow(NamedTuple):
    kind: str


class AccountRow(NamedTuple):
    year: int
    left: int


Facts = tuple[Row[Any], list[ClaimRow], list[DesignationRow], list[AccountRow]]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, eq=False)
class RegisterRow:
    """One leader, with the fields of a `Leader` that say what they offer, of the same names.
    `home` has the columns of their school; `facts` is all of it as it came from the database."""

    id: int
    home_urn: int
    home: Row[Any]
    accepting: Accepting
    closed_until: date | None
    max_km: int | None
    engagements_at_once: int
    engaged: int
    weekdays: tuple[str, ...]
    terms: tuple[str, ...]
    faiths: tuple[str, ...]
    been_there: tuple[str, ...]
    specialisms: list[ClaimRow]
    designations: list[DesignationRow]
    accounts: list[AccountRow]
    facts: Facts


def register_rows(
    session: Session, partnership_id: int, day: date, known: Mapping[int, RegisterRow]
) -> list[RegisterRow]:
    """The leaders of a partnership on ``day``, by id. Whoever is as in ``known`` is the same object
    as there."""
    mine = _members(partnership_id, day)
    specialisms = _by_leader(session, _specialisms(mine), _claim)
    designations = _by_leader(session, _designations(mine), DesignationRow)
    accounts = _by_leader(session, _accounts(mine, day), AccountRow)
    found = []
    for row in session.connection().execute(_leaders(mine)).all():
        facts = (row, specialisms[row.id], designations[row.id], accounts[row.id])
        before = known.get(row.id)
        found.append(before if before is not None and before.facts == facts else _made(facts))
    return found


def _made(facts: Facts) -> RegisterRow:
    row, specialisms, designations, accounts = facts
    return RegisterRow(
        id=row.id,
        home_urn=row.home_urn,
        home=row,
        accepting=row.accepting,
        closed_until=row.closed_until,
        max_km=row.max_km,
        engagements_at_once=row.engagements_at_once,
        engaged=row.engaged,
        weekdays=_listed(row.weekdays),
        terms=_listed(row.terms),
        faiths=_listed(row.faiths),
        been_there=_listed(row.been_there),
        specialisms=specialisms,
        designations=designations,
        accounts=accounts,
        facts=facts,
    )


@lru_cache(maxsize=4096)
def _listed(text: str) -> tuple[str, ...]:
    """A list kept as text; few different ones are said by many."""
    return tuple(json.loads(text))


def _by_leader(
    session: Session, query: Rows, make: Callable[..., Made]
) -> defaultdict[int, list[Made]]:
    """By leader id, what `make` makes of the columns after that one; equal ones are one object."""
    found: defaultdict[int, list[Made]] = defaultdict(list)
    made: dict[tuple[Any, ...], Made] = {}
    for leader_id, *columns in session.connection().execute(query).all():
        key = tuple(columns)
        one = made.get(key)
        if one is None:
            one = made[key] = make(*key)
        found[leader_id].append(one)
    return found


def _claim(code: str, phase: str, level: str, evidence_on: str | None) -> ClaimRow:
    day = date.fromisoformat(evidence_on) if evidence_on else None
    return ClaimRow(code, Phase(phase), Level(level), day)


def _members(partnership_id: int, day: date) -> Select[int]:
    """Ids of the leaders."""
    query = select(Leader.id).join(Person, Person.id == Leader.person_id).where(Person.active)
    return query.where(Leader.person_id.in_(members_on(partnership_id, day)))


def _leaders(mine: Select[int]) -> Rows:
    return (
        select(
            Leader.id,
            Leader.home_urn,
            Leader.accepting,
            Leader.closed_until,
            Leader.max_km,
            Leader.engagements_at_once,
            Leader.engaged,
            cast(Leader.weekdays, Text).label("weekdays"),
            cast(Leader.terms, Text).label("terms"),
            cast(Leader.faiths, Text).label("faiths"),
            cast(Leader.been_there, Text).label("been_there"),
            School.status,
            School.phase,
            School.easting,
            School.northing,
            School.trust_uid,
            School.type_name,
            School.pupils,
            School.religious_character,
            School.percent_fsm,
        )
        .join(School, School.urn == Leader.home_urn)
        .where(Leader.id.in_(mine))
        .order_by(Leader.id)
    )


def _specialisms(mine: Select[int]) -> Rows:
    one = LeaderSpecialism
    texts = [cast(column, Text) for column in (one.phase, one.level, one.evidence_on)]
    query = select(one.leader_id, one.code, *texts).where(one.leader_id.in_(mine))
    return query.order_by(one.leader_id, one.code, one.phase)


def _designations(mine: Select[int]) -> Rows:
    query = select(Designation.leader_id, Designation.kind)
    return query.where(Designation.leader_id.in_(mine)).order_by(
        Designation.leader_id, Designation.kind
    )


def _accounts(mine: Select[int], day: date) -> Rows:
    one = DaysAccount
    left = (one.pledged - one.held - one.agreed - one.used).label("left")
    query = select(one.leader_id, one.year, left)
    return query.where(one.leader_id.in_(mine), one.year == school_year(day))
