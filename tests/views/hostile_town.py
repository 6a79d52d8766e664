"""Two partnerships with something of everything each: what one's people may not touch of the other.

Every name and text of theirs holds THEIRS, so that a page that lets it through is seen to.
"""

from dataclasses import dataclass, field
from datetime import date

from flask import Flask
from sqlalchemy import String, cast, inspect, or_, select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements import change_services as changes
from brokerage.engagements import outcome_services
from brokerage.engagements import services as engagements
from brokerage.engagements import visit_services as visits
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.case_study_models import CaseStudy
from brokerage.engagements.case_study_rules import CaseStudyState
from brokerage.engagements.models import Concern, Engagement, Outcome, Succession, Visit
from brokerage.engagements.rules import Side as Follows
from brokerage.headships import buddying_services as buddyings
from brokerage.headships import own_services
from brokerage.headships import services as headships
from brokerage.headships.models import Buddying, Headship, PoolMember, RingRequest
from brokerage.headships.rules import Category
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.leaders.models import Conflict, Designation, LeaderSpecialism
from brokerage.leaders.pot_models import Pot
from brokerage.leaders.rules import ConflictKind
from brokerage.messages.models import Message
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing, PlanRun
from brokerage.pairings.rules import Step
from brokerage.pairings.services import plan_queue
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person, Post
from brokerage.school_calendar.models import ClosedDays
from brokerage.school_calendar.steps import set_term, shut
from brokerage.school_calendar.terms import DayKind, SeasonOf
from brokerage.schools.models import ImportState, School, SchoolImport
from tests.builders import (
    NOW,
    TODAY,
    a_coordinator,
    a_head,
    a_partnership,
    a_person,
    a_school,
    acting,
    in_post,
)
from tests.change_builders import MORE
from tests.leader_builders import a_question
from tests.services.pairing_town import Town, a_leader, a_need, propose, say
from tests.services.test_engagements import engaged, log

OURS, THEIRS = "Ourby", "Zedwick"


@dataclass
class Side:
    """One partnership: its people by what they are, and the ids by the names that addresses use."""

    partnership: Partnership
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, list[int | str]] = field(default_factory=dict)


@dataclass
class Towns:
    """The app, and the two partnerships in its database."""

    app: Flask
    session: Session
    ours: Side
    theirs: Side

    def everybody(self) -> dict[str, Person | None]:
        """Whoever may come to an address of ours: by what they are."""
        strangers = {"their coordinator": self.theirs.people["coordinator"], "nobody": None}
        return self.ours.people | strangers


def a_side(session: Session, authority: str, mark: str) -> Side:
    """A partnership with a need in each of several states, support under way, and a new head."""
    partnership = a_partnership(
        session, name=f"{mark} Hub", authorities=(authority,), quality_floor=300
    )
    side = Side(partnership)

    def school(name: str, easting: int) -> School:
        whole = f"{mark} {name} School"
        return a_school(session, name=whole, la_code=authority, town=mark, easting=easting)

    home, supported, other = (
        school(n, 450000 + i * 4000) for i, n in enumerate(("Hill", "Dale", "Moor"))
    )

    def named(what: str) -> dict[str, str]:
        return {"name": f"{mark} {what.title()}"}

    people = side.people
    people["coordinator"] = a_coordinator(session, partnership, **named("coordinator"))
    people["officer"] = in_post(
        session, PostKind.OFFICER, partnership=partnership, **named("officer")
    )
    people["releaser"] = a_head(session, home, **named("releaser"))
    people["head"] = a_head(session, supported, **named("head"))
    people["deputy"] = in_post(session, PostKind.DEPUTY, school=supported, **named("deputy"))
    people["chair"] = in_post(session, PostKind.CHAIR, school=other, **named("chair"))
    people["leader"] = a_person(session, **named("leader"))
    leader = a_leader(session, partnership, home, person=people["leader"], engagements_at_once=9)
    session.add(Designation(leader_id=leader.id, kind="SLE"))
    session.add(
        Conflict(
            partnership_id=partnership.id,
            leader_id=leader.id,
            urn=other.urn,
            kind=ConflictKind.FAMILY,
            words=f"{mark} cousins",
            noted_at=NOW,
        )
    )
    second = a_leader(session, partnership, other, person=a_person(session, **named("second")))
    head = people["head"].id

    def need(number: int, **more: object) -> Need:
        reference = f"N-{authority}{'BCDFGHJK'[number]}{number}"
        return a_need(
            session,
            partnership,
            supported,
            posted_by=head,
            reference=reference,
            worry=f"{mark} reading is slipping",
            **more,
        )

    first, asked = need(0), need(1)
    for number, state in enumerate(
        (NeedState.DRAFT, NeedState.SUBMITTED, NeedState.ASKED, NeedState.OPEN)
    ):
        asked_at = NOW if state is NeedState.ASKED else None
        need(2 + number, state=state, version=1, asked_at=asked_at)
    town = Town(
        partnership,
        people["coordinator"],
        home,
        people["releaser"],
        leader,
        supported,
        people["head"],
        first,
    )
    engagement = engaged(session, town)
    log(session, town, engagement, 1, done=f"{mark} phonics")
    visits.plan(acting(session, people["leader"]), engagement.id, date(2026, 12, 1))
    words = f"{mark} phonics is sound"
    outcome_services.add(acting(session, people["head"]), engagement.id, words=words)
    story = {"title": f"{mark} story", "done": f"{mark} visits", "made_at": NOW}
    session.add(
        CaseStudy(
            engagement_id=engagement.id,
            partnership_id=partnership.id,
            state=CaseStudyState.PUBLISHED,
            published_at=NOW,
            **story,
        )
    )
    session.commit()
    engagements.contest(acting(session, people["head"]), engagement.id, words=f"{mark} worry")
    releaser = people["releaser"].id
    session.add(
        Succession(
            engagement_id=engagement.id,
            side=Follows.HOME,
            before_id=releaser,
            person_id=releaser,
            found_at=NOW,
            told_at=NOW,
        )
    )
    changes.propose(acting(session, people["head"]), engagement.id, MORE)
    town.need = asked
    pairing = propose(session, town)
    say(session, town, pairing, Step.RELEASE)
    plan_queue(acting(session, people["coordinator"]), partnership.id)
    _a_new_head(session, side, other, mark, supported)
    session.add(
        SchoolImport(
            state=ImportState.WAITING,
            dry_run=True,
            asked_by=people["coordinator"].id,
            asked_at=NOW,
            file_name=f"{mark}.csv",
            files={},
            report=None,
        )
    )
    session.add(Pot(partnership_id=partnership.id, year=2026, name=f"{mark} fund", half_days=9))
    a_question(session, leader, partnership)
    for owner in ({"partnership_id": partnership.id}, {"urn": supported.urn}):
        autumn = (2026, SeasonOf.AUTUMN, date(2026, 9, 1), date(2026, 12, 18), None, None)
        set_term(session, owner, *autumn)
        shut(session, owner, DayKind.SHUT, date(2026, 12, 2), date(2026, 12, 2), f"{mark} snow")
    session.commit()
    _ids(session, side, (leader.id, second.id), (home, supported, other))
    return side


def _a_new_head(session: Session, side: Side, school: School, mark: str, led: School) -> None:
    coordinator, buddy = side.people["coordinator"], side.people["head"]
    number = headships.tell(
        acting(session, coordinator),
        partnership_id=side.partnership.id,
        urn=school.urn,
        name=f"{mark} Newhead",
        email=f"new@{mark.lower()}.example",
        telephone="07000 123456",
        starts_on=TODAY,
        category=Category.NEW_TO_HEADSHIP,
        announced_on=TODAY,
        told_by="",
    )
    session.expire_all()
    side.people["new head"] = session.get_one(Headship, number).person
    session.add(PoolMember(person_id=buddy.id, at_once=2, been_there=[]))
    session.commit()
    own_services.ring_me(acting(session, side.people["new head"]), number)
    one = buddyings.ask(acting(session, coordinator), number, buddy.id)
    buddyings.answer(acting(session, buddy), one, yes=True)
    session.expire_all()


def _ids(
    session: Session, side: Side, leaders: tuple[int, ...], schools: tuple[School, ...]
) -> None:
    """Every id of this side, by the name that it has in addresses."""
    mine = side.partnership.id

    def all_of(column: object, *where: object, by: object = None) -> list[int | str]:
        query = select(column).where(*where)  # type: ignore[call-overload]
        order = inspect(column.class_).primary_key  # type: ignore[attr-defined]
        return list(session.scalars(query.order_by(cast(by, String), *order)))

    ours = select(Engagement.id).where(Engagement.partnership_id == mine)
    heads = select(Headship.id).where(Headship.partnership_id == mine)
    people = [person.id for person in side.people.values()]
    side.ids = {
        "need": all_of(Need.reference, Need.partnership_id == mine, by=Need.state),
        "pairing": all_of(Pairing.reference, Pairing.partnership_id == mine),
        "engagement": all_of(Engagement.reference, Engagement.partnership_id == mine),
        "run_id": all_of(PlanRun.id, PlanRun.partnership_id == mine),
        "visit_id": all_of(Visit.id, Visit.engagement_id.in_(ours)),
        "succession_id": all_of(Succession.id, Succession.engagement_id.in_(ours)),
        "outcome_id": all_of(Outcome.id, Outcome.engagement_id.in_(ours)),
        "case_study_id": all_of(CaseStudy.id, CaseStudy.partnership_id == mine),
        "change_id": all_of(Change.id, Change.partnership_id == mine),
        "concern_id": all_of(Concern.id, Concern.engagement_id.in_(ours)),
        "leader_id": list(leaders),
        "designation_id": all_of(Designation.id, Designation.leader_id.in_(leaders)),
        "conflict_id": all_of(Conflict.id, Conflict.partnership_id == mine),
        "claim_id": all_of(LeaderSpecialism.id, LeaderSpecialism.leader_id.in_(leaders)),
        "partnership_id": [mine],
        "pot_id": all_of(Pot.id, Pot.partnership_id == mine),
        "question_id": all_of(DaysQuestion.id, DaysQuestion.partnership_id == mine),
        "headship_id": all_of(Headship.id, Headship.partnership_id == mine),
        "buddying_id": all_of(Buddying.id, Buddying.headship_id.in_(heads)),
        "ring_id": all_of(RingRequest.id, RingRequest.headship_id.in_(heads)),
        "person_id": list(people),
        "post_id": all_of(Post.id, Post.person_id.in_(people)),
        "import_id": all_of(SchoolImport.id, SchoolImport.asked_by.in_(people)),
        "message_id": all_of(Message.id, Message.partnership_id == mine),
        "closed_id": all_of(
            ClosedDays.id,
            or_(
                ClosedDays.partnership_id == mine,
                ClosedDays.urn.in_([school.urn for school in schools]),
            ),
        ),
        "urn": [school.urn for school in schools],
    }
