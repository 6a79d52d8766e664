"""Each kind of follow-up as its own story: what is asked, and how a coordinator settles it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.engagements import case_study_services as case_studies
from brokerage.engagements import change_services as changes
from brokerage.engagements import contact_services, review_services, services
from brokerage.engagements import succession_services as successions
from brokerage.engagements.case_study_rules import TEXTS, Whose
from brokerage.engagements.change_rules import Asked as Touched
from brokerage.engagements.models import Succession
from brokerage.engagements.rules import Difference, MidPoint, ReviewKind
from brokerage.follow_ups.rules import RULES
from brokerage.leaders import asked_services
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.needs import services as needs
from brokerage.needs import triage_services
from brokerage.needs.details import Details
from brokerage.needs.rules import Urgency
from brokerage.pairings import services as pairings
from brokerage.pairings.rules import Step
from brokerage.people.models import Person
from tests.builders import NOW, acting
from tests.change_builders import FEWER, MORE, PAUSE
from tests.change_builders import propose as propose_change
from tests.change_builders import say as say_to_change
from tests.needs_builders import Town as NeedTown
from tests.phone_builders import a_support
from tests.services.pairing_town import Town, a_town, propose, say
from tests.services.test_successions import LATER, follows, leaves, night_passes

SHOWN_ANYWAY = frozenset(
    {"release", "choose", "accept", "question", "call", "name", "pause_over"}
    | {"days_next_year", "days_still"}
    | {kind for kind in RULES if kind.startswith("change_")}
)
"""Kinds that the coordinator's desk shows by the thing itself: a pairing past its promise, say."""


@dataclass
class Asked:
    """What is being asked, in which thing, from when on; and how a coordinator settles it."""

    name: str
    thing_id: int
    coordinator: Person
    settle: Callable[[By], Any]
    begun: datetime = NOW


def of_pairing(session: Session, *said: Step, step: Step) -> Asked:
    town: Town = a_town(session)
    pairing = propose(session, town)
    for one in said:
        say(session, town, pairing, one)

    def settle(by: By) -> object:
        return pairings.record_answer(by, pairing.reference, step, yes=True, on=by.now.date())

    return Asked("pairing", pairing.id, town.coordinator, settle)


def of_need(session: Session, settle: Callable[[By, int], Any], *, ask: bool = False) -> Asked:
    town = NeedTown(session)
    number = town.posted().id
    if ask:
        triage_services.ask(acting(session, town.coordinator), number, question="Which year?")
    return Asked("need", number, town.coordinator, lambda by: settle(by, number))


def rang(by: By, number: int) -> None:
    triage_services.record_call(
        by, number, version=None, given=Details(), urgency=Urgency.NORMAL, rang=True
    )


def of_case_study(session: Session, whose: Whose) -> Asked:
    support = a_support(session)
    support.all_used()
    support.evaluate(support.head())
    number, texts = support.engagement.id, dict.fromkeys(TEXTS, "Phonics")
    thing = case_studies.save(support.by(), number, texts)
    case_studies.ask(support.by(), number, ordinary=True)

    def settle(by: By) -> object:
        return case_studies.answer(by, number, whose, yes=True)

    return Asked("case_study", thing, support.town.coordinator, settle)


def of_support(session: Session, kind: str) -> Asked:
    support = a_support(session)
    number, begun = support.engagement.id, NOW
    settle: Callable[[By], Any]
    if kind == "first_contact":
        settle = lambda by: services.note_first_contact(by, number, by.now.date())  # noqa: E731
    elif kind == "visit_log":
        visit = support.plan()
        settle = lambda by: support.log(by, visit_id=visit)  # noqa: E731
    elif kind == "succession":
        leaves(support, support.town.head, PostKind.HEADTEACHER)
        follows(support)
        night_passes(support)
        (found,) = session.scalars(select(Succession.id)).all()
        begun = LATER
        settle = lambda by: successions.agree(by, found)  # noqa: E731
    elif kind == "mid_point":
        support.log(support.leader())
        keep = {"choice": MidPoint.KEEP, "exit_plan": "Ours"}
        settle = lambda by: review_services.mid_point(by, number, **keep)  # noqa: E731
    else:
        support.all_used()
        settle = support.evaluate
        if kind != "evaluation":
            support.evaluate(support.head())
            begun += timedelta(90 * int(kind[-1]) // 3)
            back = {"kind": ReviewKind[kind.upper()], "difference": Difference.LITTLE}
            settle = lambda by: review_services.look_back(by, number, **back)  # noqa: E731
    return Asked("engagement", number, support.town.coordinator, settle, begun)


def of_change(session: Session, asked: Touched) -> Asked:
    """A change that only this one has still to answer; a head's wish that a coordinator decides."""
    support = a_support(session)
    head, leader = support.town.head, support.town.leader.person
    settle: Callable[[By], Any]
    if asked is Touched.COORDINATOR:
        number = propose_change(support, PAUSE, head)
        settle = lambda by: changes.answer(by, number, yes=True)  # noqa: E731
    else:
        proposer = leader if asked is Touched.HEAD else head
        wanted = MORE if asked is Touched.RELEASER else FEWER
        number = propose_change(support, wanted, proposer)
        if asked is Touched.RELEASER:
            say_to_change(support, number, leader)
        settle = lambda by: changes.note_answer(by, number, asked, yes=True, on=by.now.date())  # noqa: E731
    return Asked("change", number, support.town.coordinator, settle)


def of_pause(session: Session) -> Asked:
    """A pause that the head asked for, and the coordinator said yes to; its last day has come."""
    support = a_support(session)
    number = propose_change(support, PAUSE, support.town.head)
    changes.answer(support.by(now=NOW), number, yes=True)
    begun = datetime(2026, 12, 1, tzinfo=UTC)
    engagement_id = support.engagement.id

    def settle(by: By) -> object:
        return services.resume(by, engagement_id)

    return Asked("change", number, support.town.coordinator, settle, begun)


def of_contact(session: Session) -> Asked:
    """The leader says that they have spoken; the school is asked in its weekly mail."""
    support = a_support(session)
    number = support.engagement.id
    services.note_first_contact(support.leader(), number, NOW.date())

    def settle(by: By) -> object:
        return contact_services.school_says(by, number, spoken=True)

    return Asked("engagement", number, support.town.coordinator, settle)


def of_days(session: Session, begun: date, half_days: int | None) -> Asked:
    town = a_town(session)
    by = By(SERVICE, datetime(begun.year, begun.month, begun.day, tzinfo=UTC))
    asked_services.open_questions(by)
    number = session.scalars(select(DaysQuestion.id)).one()
    session.commit()

    def settle(by: By) -> object:
        return asked_services.answer(by, number, half_days=half_days)

    return Asked("days_question", number, town.coordinator, settle, by.now)


STORIES: dict[str, Callable[[Session], Asked]] = {
    "release": lambda session: of_pairing(session, step=Step.RELEASE),
    "choose": lambda session: of_pairing(session, Step.RELEASE, step=Step.CHOOSE),
    "accept": lambda session: of_pairing(session, Step.RELEASE, Step.CHOOSE, step=Step.ACCEPT),
    "question": lambda s: of_need(s, lambda by, n: needs.answer(by, n, text="Year 5"), ask=True),
    "call": lambda session: of_need(session, rang),
    "name": lambda s: of_need(s, lambda by, n: triage_services.wait(by, n, waiting_for="May")),
    "days_next_year": lambda session: of_days(session, date(2027, 6, 7), 8),
    "days_still": lambda session: of_days(session, date(2027, 1, 4), None),
    "first_contact_school": of_contact,
    "pause_over": of_pause,
    "case_study": lambda session: of_case_study(session, Whose.HEAD),
    "case_study_leader": lambda session: of_case_study(session, Whose.LEADER),
    **{
        f"change_{asked}": lambda session, asked=asked: of_change(session, asked)  # type: ignore[misc]
        for asked in Touched
    },
    **{
        kind: lambda session, kind=kind: of_support(session, kind)  # type: ignore[misc]
        for kind in (
            "first_contact", "visit_log", "succession", "mid_point", "evaluation",
            "look_back_3", "look_back_6",
        )
    },
}  # fmt: skip
