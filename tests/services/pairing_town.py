"""A small town in which a pairing can be made: two schools, their heads, a leader, a need."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements.already_agreed import Agreed
from brokerage.leaders.models import DaysAccount, DaysMovement, Leader, LeaderSpecialism
from brokerage.leaders.rules import Movement
from brokerage.messages.models import Message
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import STEPS, Step
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Link, Person
from brokerage.schools.models import Phase, School
from brokerage.specialisms.models import Specialism
from tests.builders import (
    NOW,
    a_coordinator,
    a_head,
    a_partnership,
    a_person,
    a_school,
    acting,
    in_post,
)


def an_area(session: Session, code: str = "phonics") -> Specialism:
    area = session.get(Specialism, code)
    if area is None:
        area = Specialism(
            code=code, name=code.title(), group="Pupil achievement", phases=[], aliases=[]
        )
        session.add(area)
        session.commit()
    return area


def a_leader(
    session: Session, partnership: Partnership, home: School, *, pledged: int = 20, **other: Any
) -> Leader:
    """A leader of phonics in primary schools, with ten days to give this year."""
    an_area(session)
    person = other.pop("person", None) or a_person(session)
    in_post(session, PostKind.SYSTEM_LEADER, partnership=partnership, person=person)
    leader = Leader(**{"person_id": person.id, "home_urn": home.urn, "kept_at": NOW} | other)
    leader.specialisms = [LeaderSpecialism(code="phonics", phase=Phase.PRIMARY)]
    session.add(leader)
    session.flush()
    account = DaysAccount(leader_id=leader.id, year=2026, pledged=pledged)
    session.add(account)
    session.flush()
    session.add(
        DaysMovement(
            account_id=account.id,
            at=NOW,
            kind=Movement.PLEDGED,
            half_days=pledged,
            cause="leader",
            cause_id=leader.id,
        )
    )
    session.commit()
    return leader


def a_need(session: Session, partnership: Partnership, school: School, **other: Any) -> Need:
    """An open need for four half-days of phonics in a primary school."""
    an_area(session)
    poster = other.pop("posted_by", None) or a_person(session).id
    details: dict[str, Any] = {
        "reference": f"N-{poster:05d}",
        "partnership_id": partnership.id,
        "urn": school.urn,
        "state": NeedState.OPEN,
        "worry": "Reading in Year 2 is slipping",
        "code": "phonics",
        "phase": Phase.PRIMARY,
        "half_days": 4,
        "posted_by": poster,
        "posted_at": NOW,
        "submitted_at": NOW,
        "queue_since": NOW,
        "called_at": NOW,
    }
    need = Need(**(details | other))
    session.add(need)
    session.commit()
    return need


@dataclass
class Town:
    """Who is who; the leader's home school and the supported school have a head each."""

    partnership: Partnership
    coordinator: Person
    home: School
    releaser: Person
    leader: Leader
    school: School
    head: Person
    need: Need


def a_town(session: Session, **partnership: Any) -> Town:
    together = a_partnership(session, **{"quality_floor": 300} | partnership)
    home, school = a_school(session), a_school(session, easting=455000)
    coordinator = a_coordinator(session, together)
    releaser, head = a_head(session, home), a_head(session, school)
    leader = a_leader(session, together, home)
    need = a_need(session, together, school, posted_by=head.id)
    return Town(together, coordinator, home, releaser, leader, school, head, need)


def account_of(session: Session, leader: Leader) -> DaysAccount:
    session.expire_all()
    return session.scalars(select(DaysAccount).filter_by(leader_id=leader.id)).one()


def open_links(session: Session, purpose: str) -> list[Link]:
    session.expire_all()
    query = select(Link).filter_by(purpose=purpose, used_at=None, revoked_at=None)
    return list(session.scalars(query.order_by(Link.id)))


TERM_END = date(2026, 12, 18)


def propose(session: Session, town: Town, **other: object) -> Pairing:
    details = {"half_days": 4, "pence_a_day": 35000, "who_pays": "The school", "first_date": None}
    reference = services.propose(
        acting(session, town.coordinator), town.need.id, town.leader.id, **(details | other)
    )
    session.expire_all()
    return session.scalars(select(Pairing).filter_by(reference=reference)).one()


def who(town: Town, step: Step) -> Person:
    return {
        Step.RELEASE: town.releaser,
        Step.CHOOSE: town.head,
        Step.ACCEPT: town.leader.person,
    }[step]


def say(session: Session, town: Town, pairing: Pairing, step: Step, yes: bool = True) -> str:
    by = acting(session, who(town, step))
    return services.answer(by, pairing.id, step, yes=yes)


def all_say_yes(session: Session, town: Town, pairing: Pairing) -> None:
    """Each of those who are asked, in the pairing's order."""
    for step in STEPS[pairing.order]:
        say(session, town, pairing, step)


def messages_to(session: Session, person: Person) -> list[str]:
    query = select(Message.kind).filter_by(to_person_id=person.id).order_by(Message.id)
    return list(session.scalars(query))


def agreed_before(town: Town, **other: Any) -> Agreed:
    """What head, leader and releaser of the town had agreed without the service."""
    details: dict[str, Any] = {
        "urn": town.school.urn,
        "leader_id": town.leader.id,
        "code": "phonics",
        "phase": "primary",
        "half_days": 6,
        "worry": "Phonics in Year 1",
        "agreed_on": date(2026, 11, 2),
        "agreed_how": "by telephone with all three",
    }
    return Agreed(**(details | other))
