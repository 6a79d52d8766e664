"""A database with the made-up nation of a benchmark on one partnership's register."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.bench.instances import Instance
from brokerage.clock import london_date
from brokerage.leaders.models import DaysAccount, Designation, Leader, LeaderSpecialism
from brokerage.leaders.rules import Level, school_year
from brokerage.matching.profiles import Depth, LeaderProfile, NeedProfile
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState, Urgency
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person, Post
from brokerage.schools.models import Phase, School, SchoolStatus
from brokerage.specialisms.models import Specialism

COORDINATOR = "of the benchmark"
"""By this the coordinator's session is known."""
_LONG_AGO = date(2020, 9, 1)
Rows = list[dict[str, Any]]


def fill(engine: Engine, instance: Instance, now: datetime) -> list[str]:
    """Put leaders, needs and their coordinator into an empty database; the needs' references."""
    with Session(engine) as session, session.begin():
        session.add(Partnership(id=1, name="All of them"))
        session.flush()
        for kind, rows in (
            (Specialism, _areas(instance)),
            (School, _schools(instance, now)),
            (Person, _persons(instance.leaders, now)),
            (Post, _posts(instance.leaders)),
            (Leader, _leaders(instance.leaders, now)),
            (LeaderSpecialism, _claims(instance.leaders, london_date(now))),
            (Designation, _designations(instance.leaders)),
            (DaysAccount, _accounts(instance.leaders, school_year(london_date(now)))),
            (Need, needs := _needs(instance.needs, now)),
        ):
            session.execute(insert(kind), rows)
    return [row["reference"] for row in needs]


def _areas(instance: Instance) -> Rows:
    codes = {code for leader in instance.leaders for code in leader.specialisms}
    codes |= {need.specialism for need in instance.needs}
    codes |= {need.also for need in instance.needs if need.also}
    rest = {"group": "Made up", "phases": [], "aliases": []}
    return [{"code": code, "name": f"Area {code}", **rest} for code in sorted(codes)]


def _schools(instance: Instance, now: datetime) -> Rows:
    ends: list[tuple[str | None, Any, Any]] = [
        *((one.home_school, one.place, one.phases[0]) for one in instance.leaders),
        *((one.school, one.place, one.phase) for one in instance.needs),
    ]
    return [
        {
            "urn": int(urn or 0),
            "name": f"School {urn}",
            "la_code": "901",
            "la_name": "Everywhere",
            "status": SchoolStatus.OPEN,
            "phase": Phase(phase.value),
            "easting": place.easting,
            "northing": place.northing,
            "search_text": f"school {urn}",
            "changed_at": now,
        }
        for urn, (_, place, phase) in {end[0]: end for end in ends}.items()
    ]


def _persons(leaders: Sequence[LeaderProfile], now: datetime) -> Rows:
    names = [COORDINATOR, *(leader.leader_id for leader in leaders)]
    return [
        {
            "id": number,
            "name": f"Person {name}",
            "email": f"person{number}@school.example",
            "fs_uniquifier": name,
            "made_at": now,
        }
        for number, name in enumerate(names, start=1)
    ]


def _posts(leaders: Sequence[LeaderProfile]) -> Rows:
    kinds = [PostKind.COORDINATOR, *(PostKind.SYSTEM_LEADER for _ in leaders)]
    return [
        {"person_id": number, "kind": kind, "partnership_id": 1, "from_on": _LONG_AGO}
        for number, kind in enumerate(kinds, start=1)
    ]


def _leaders(leaders: Sequence[LeaderProfile], now: datetime) -> Rows:
    return [
        {
            "id": number,
            "person_id": number + 1,
            "home_urn": int(leader.home_school or 0),
            "max_km": (leader.max_metres or 0) // 1000,
            "engagements_at_once": leader.engagements_free,
            "terms": sorted(leader.terms),
            "kept_at": now,
        }
        for number, leader in enumerate(leaders, start=1)
    ]


def _claims(leaders: Sequence[LeaderProfile], today: date) -> Rows:
    return [
        {
            "leader_id": number,
            "code": code,
            "phase": Phase(phase.value),
            "level": Level.LEADS if claim.depth is Depth.LEADS else Level.SUPPORTS,
            "evidence_on": today.replace(year=today.year - (claim.evidence_age or 0), day=1),
        }
        for number, leader in enumerate(leaders, start=1)
        for code, claim in leader.specialisms.items()
        for phase in leader.phases
    ]


def _designations(leaders: Sequence[LeaderProfile]) -> Rows:
    return [
        {"leader_id": number, "kind": kind}
        for number, leader in enumerate(leaders, start=1)
        for kind in sorted(leader.designations)
    ]


def _accounts(leaders: Sequence[LeaderProfile], year: int) -> Rows:
    return [
        {"leader_id": number, "year": year, "pledged": leader.half_days_left}
        for number, leader in enumerate(leaders, start=1)
    ]


def _needs(needs: Sequence[NeedProfile], now: datetime) -> Rows:
    numbers = count(1)
    return [
        {
            "reference": f"N-{next(numbers):05d}",
            "partnership_id": 1,
            "urn": int(need.school or 0),
            "state": NeedState.OPEN,
            "urgency": Urgency(need.urgency.value),
            "worry": "Made up, to be measured with.",
            "code": need.specialism,
            "also_code": need.also,
            "phase": Phase(need.phase.value),
            "half_days": need.half_days,
            "terms": sorted(need.terms),
            "designation": need.designation,
            "posted_by": 1,
            "posted_at": now,
            "submitted_at": now,
            "queue_since": now,
            "called_at": now,
        }
        for need in needs
    ]
