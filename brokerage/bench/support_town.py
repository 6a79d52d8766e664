"""A database with so many engagements under way, some of which have something due today."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.clock import london_date
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.leaders.models import Leader
from brokerage.leaders.rules import school_year
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState
from brokerage.partnerships.models import Partnership
from brokerage.partnerships.rules import PairingOrder
from brokerage.people.models import Person, Post
from brokerage.schools.models import Phase, School, SchoolStatus
from brokerage.specialisms.models import Specialism

SCHOOLS, LEADERS = 2_000, 2_000
FIRST_URN = 100_000
AT_A_TIME = 5_000
_LONG_AGO = date(2020, 9, 1)
CODE = "made-up"
Rows = list[dict[str, Any]]


def fill(
    engine: Engine, engagements: int, due: int, now: datetime, *, schools: int = SCHOOLS
) -> None:
    """Put schools, their heads, leaders and ``engagements`` into an empty database: in ``due`` of
    them a visit was planned for yesterday, in the others for next month."""
    with Session(engine) as session, session.begin():
        session.add(Partnership(id=1, name="All of them"))
        session.add(Specialism(code=CODE, name="Made up", group="Made up", phases=[], aliases=[]))
        session.flush()
        for kind, rows in (
            (School, _schools(schools, now)),
            (Person, _persons(schools, now)),
            (Post, _posts(schools)),
            (Leader, _leaders(now)),
        ):
            session.execute(insert(kind), rows)
        for numbers in _in_lots(engagements):
            for kind, rows in _support(numbers, due, now):
                session.execute(insert(kind), rows)


def _in_lots(total: int) -> Iterator[range]:
    for first in range(0, total, AT_A_TIME):
        yield range(first + 1, min(first + AT_A_TIME, total) + 1)


def _schools(schools: int, now: datetime) -> Rows:
    return [
        {
            "urn": FIRST_URN + number,
            "name": f"School {number}",
            "la_code": "901",
            "la_name": "Everywhere",
            "status": SchoolStatus.OPEN,
            "phase": Phase.PRIMARY,
            "easting": 400_000 + number,
            "northing": 400_000,
            "search_text": f"school {number}",
            "changed_at": now,
        }
        for number in range(schools)
    ]


def _persons(schools: int, now: datetime) -> Rows:
    """The coordinator, then the leaders, then the heads."""
    return [
        {
            "id": number,
            "name": f"Person {number}",
            "email": f"person{number}@school.example",
            "fs_uniquifier": f"of the benchmark {number}",
            "made_at": now,
        }
        for number in range(1, 2 + LEADERS + schools)
    ]


def _posts(schools: int) -> Rows:
    partnership = [(1, PostKind.COORDINATOR)]
    partnership += [(number, PostKind.SYSTEM_LEADER) for number in range(2, 2 + LEADERS)]
    whole: Rows = [
        {"person_id": person, "kind": kind, "partnership_id": 1, "urn": None, "from_on": _LONG_AGO}
        for person, kind in partnership
    ]
    return whole + [
        {
            "person_id": 2 + LEADERS + number,
            "kind": PostKind.HEADTEACHER,
            "partnership_id": None,
            "urn": FIRST_URN + number,
            "from_on": _LONG_AGO,
        }
        for number in range(schools)
    ]


def _leaders(now: datetime) -> Rows:
    return [
        {
            "id": number,
            "person_id": number + 1,
            "home_urn": FIRST_URN + number % SCHOOLS,
            "max_km": 50,
            "engagements_at_once": 100,
            "terms": [],
            "kept_at": now,
        }
        for number in range(1, LEADERS + 1)
    ]


def _support(numbers: range, due: int, now: datetime) -> list[tuple[Any, Rows]]:
    """The needs, pairings, engagements and visits of these numbers."""
    today = london_date(now)
    year, then = school_year(today), now - timedelta(30)
    needs: Rows = []
    pairings: Rows = []
    engagements: Rows = []
    visits: Rows = []
    for number in numbers:
        whose = {"partnership_id": 1, "leader_id": 1 + number % LEADERS}
        urn = FIRST_URN + (number * 7) % SCHOOLS
        needs.append(
            {
                "id": number,
                "reference": f"N-{number:06d}",
                "partnership_id": 1,
                "urn": urn,
                "state": NeedState.PLACED,
                "worry": "Made up, to be measured with.",
                "code": CODE,
                "posted_by": 1,
                "posted_at": then,
            }
        )
        pairings.append(
            {
                **whose,
                "id": number,
                "reference": f"P-{number:06d}",
                "need_id": number,
                "state": PairingState.CONFIRMED,
                "order": PairingOrder.RELEASE_CHOOSE_ACCEPT,
                "half_days": 6,
                "year": year,
                "reasons": [],
                "suggested_at": then,
            }
        )
        engagements.append(
            {
                **whose,
                "id": number,
                "reference": f"E-{number:06d}",
                "pairing_id": number,
                "need_id": number,
                "urn": urn,
                "state": EngagementState.ACTIVE,
                "half_days": 6,
                "year": year,
                "agreed_at": then,
                "next_look_on": today if number <= due else today + timedelta(30),
            }
        )
        visits.append(
            {
                "engagement_id": number,
                "state": VisitState.PLANNED,
                "planned_on": today + timedelta(-1 if number <= due else 29),
            }
        )
    return [(Need, needs), (Pairing, pairings), (Engagement, engagements), (Visit, visits)]
