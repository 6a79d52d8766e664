"""What was settled by telephone is not asked again: each kind of follow-up, as its own story.

By the time the coordinator writes it down, a reminder has gone out, or waits for the weekly digest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.engagements import case_study_services as case_studies
from brokerage.engagements import review_services, services
from brokerage.engagements import succession_services as successions
from brokerage.engagements.case_study_rules import TEXTS, Whose
from brokerage.engagements.models import Succession
from brokerage.engagements.rules import Difference, MidPoint, ReviewKind
from brokerage.follow_ups import services as follow_ups
from brokerage.follow_ups.models import DigestItem, FollowUp
from brokerage.follow_ups.on_desk import OPEN, left_to_desk
from brokerage.follow_ups.rules import RULES, Round
from brokerage.follow_ups.subjects import SUBJECTS
from brokerage.messages.models import Message
from brokerage.needs import services as needs
from brokerage.needs import triage_services
from brokerage.needs.details import Details
from brokerage.needs.rules import Urgency
from brokerage.pairings import services as pairings
from brokerage.pairings.rules import Step
from brokerage.people.models import Person
from tests.builders import NOW, acting
from tests.needs_builders import Town as NeedTown
from tests.phone_builders import a_support
from tests.services.pairing_town import Town, a_town, propose, say
from tests.services.test_successions import LATER, follows, leaves, night_passes

pytestmark = pytest.mark.slow


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


STORIES: dict[str, Callable[[Session], Asked]] = {
    "release": lambda session: of_pairing(session, step=Step.RELEASE),
    "choose": lambda session: of_pairing(session, Step.RELEASE, step=Step.CHOOSE),
    "accept": lambda session: of_pairing(session, Step.RELEASE, Step.CHOOSE, step=Step.ACCEPT),
    "question": lambda s: of_need(s, lambda by, n: needs.answer(by, n, text="Year 5"), ask=True),
    "call": lambda session: of_need(session, rang),
    "name": lambda s: of_need(s, lambda by, n: triage_services.wait(by, n, waiting_for="May")),
    "case_study": lambda session: of_case_study(session, Whose.HEAD),
    "case_study_leader": lambda session: of_case_study(session, Whose.LEADER),
    **{
        kind: lambda session, kind=kind: of_support(session, kind)  # type: ignore[misc]
        for kind in (
            "first_contact", "visit_log", "succession", "mid_point", "evaluation",
            "look_back_3", "look_back_6",
        )
    },
}  # fmt: skip


def rungs(session: Session, kind: str) -> list[Round]:
    query = select(FollowUp.round).filter_by(kind=kind).order_by(FollowUp.id)
    return [Round(number) for number in session.scalars(query)]


@pytest.mark.parametrize("kind", sorted(RULES))
def test_what_was_settled_by_telephone_is_not_asked_again(session: Session, kind: str) -> None:
    rule, asked = RULES[kind], STORIES[kind](session)
    now = asked.begun.replace(hour=10)
    while not {*rungs(session, kind)} & (rule.digest or {Round.REMIND}):
        follow_ups.look_at(By(SERVICE, now), asked.name, asked.thing_id)
        now += timedelta(1)
        assert now < asked.begun + timedelta(40), "nobody was asked or reminded"
    before = rungs(session, kind)
    now += timedelta(hours=-23)
    waiting = session.scalar(select(func.count()).select_from(DigestItem))
    assert waiting if rule.digest else not waiting
    asked.settle(acting(session, asked.coordinator, now))
    for days in range(60):
        follow_ups.tick(By(SERVICE, now.replace(hour=12) + timedelta(days)))
    assert rungs(session, kind) == before
    person_id = session.scalar(select(FollowUp.recipient_id).filter_by(kind=kind))
    theirs = select(Message.body).filter_by(kind="weekly_digest", to_person_id=person_id)
    digests = session.scalars(theirs).all()
    assert all(rule.says not in body for body in digests)
    assert session.scalar(select(func.count()).select_from(DigestItem)) == 0


@pytest.mark.parametrize("kind", sorted(OPEN))
def test_what_nobody_answers_stands_on_the_desk_until_it_is_settled(
    session: Session, kind: str
) -> None:
    asked = STORIES[kind](session)
    thing = session.get_one(SUBJECTS[asked.name].model, asked.thing_id)
    mine, now = {thing.partnership_id}, asked.begun.replace(hour=10)

    def on_desk() -> list[str]:
        session.expire_all()
        return [left.rule.kind for left in left_to_desk(session, mine, now.date())]

    while Round.DESK not in rungs(session, kind):
        assert kind not in on_desk()
        follow_ups.look_at(By(SERVICE, now), asked.name, asked.thing_id)
        now += timedelta(1)
        assert now < asked.begun + timedelta(60), "it never came to the desk"
    assert on_desk().count(kind) == 1
    asked.settle(acting(session, asked.coordinator, now))
    assert kind not in on_desk()
