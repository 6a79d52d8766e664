"""A visit's note that was wrong is put right, and what counts goes along with it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.engagements import services, undo_services, visit_services
from brokerage.engagements.correcting_services import correct
from brokerage.engagements.invariants import broken
from brokerage.engagements.models import Visit
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.engagements.telling import EVALUATION, MID_POINT
from brokerage.engagements.timeline import timeline
from brokerage.errors import ChangedMeanwhile, NotFound, RuleBroken
from brokerage.follow_ups.of_engagements import askings
from brokerage.messages.models import Message
from brokerage.people.models import Link, Person
from tests.builders import NOW
from tests.phone_builders import CALLED, PLANNED, Support, a_support
from tests.services.pairing_town import account_of
from tests.services.test_pairings import messages_to

LATER = CALLED + timedelta(days=10)


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


def put_right(support: Support, by: By, visit_id: int, half_days: int, **other: object) -> None:
    details = {"happened_on": PLANNED, "done": "Watched phonics in Year 2"} | other
    correct(by, visit_id, half_days=half_days, **details)
    support.session.expire_all()


def days_of(support: Support) -> tuple[int, int, int]:
    """Half-days agreed and used, as the account has them, and used, as the support does."""
    account = account_of(support.session, support.town.leader)
    return account.agreed, account.used, support.engagement.used


def test_a_corrected_note_counts_at_once_and_the_school_has_five_school_days_anew(
    session: Session, support: Support
) -> None:
    planned = support.plan(PLANNED)
    early = {"visit_id": planned, "happened_on": date(2026, 11, 9)}
    visit_id = support.log(support.leader(CALLED), 1, **early)
    put_right(support, support.leader(CALLED + timedelta(days=1)), visit_id, 2)
    visit = session.get_one(Visit, visit_id)
    assert (visit.happened_on, visit.half_days) == (PLANNED, 2)
    assert (visit.done, visit.state) == ("Watched phonics in Year 2", VisitState.LOGGED)
    assert visit.consent_on == date(2026, 11, 18)
    assert days_of(support) == (2, 2, 2)
    for first in (support.engagement.first_visit_on, support.engagement.first_contact_on):
        assert first == PLANNED
    assert messages_to(session, support.town.head)[-2:] == ["visit_corrected", "mid_point_asked"]
    mail = session.scalars(select(Message).filter_by(kind="visit_corrected")).one()
    assert "say so by Wednesday 18 November 2026" in mail.body
    assert mail.calendar
    put_right(support, support.leader(LATER), visit_id, 1)
    assert days_of(support) == (3, 1, 1)
    assert list(broken(session)) == []


def test_a_note_of_a_day_goes_up_to_two_halves_whoever_sends_it_again(support: Support) -> None:
    first = support.log(support.leader(CALLED), 1, happened_on=PLANNED)
    with pytest.raises(RuleBroken, match="Tuesday 10 November 2026: half a day") as refused:
        support.log(support.leader(CALLED), 2, happened_on=PLANNED)
    assert refused.value.field == "happened_on"
    second = support.log(support.leader(CALLED), 1, happened_on=PLANNED)
    for number in (first, second):
        with pytest.raises(RuleBroken, match="A day has two halves"):
            put_right(support, support.leader(CALLED), number, 2)
    with pytest.raises(RuleBroken, match="Noted already for Tuesday 10 November 2026: 1 day"):
        support.log(support.leader(CALLED), 1, happened_on=PLANNED)
    assert days_of(support) == (2, 2, 2)


def test_what_could_not_have_been_noted_is_no_correction_either(support: Support) -> None:
    visit_id = support.log(support.leader(CALLED), 1)
    support.log(support.leader(CALLED), 2)
    by = support.leader(CALLED)
    for amiss, field in (
        ({"happened_on": date(2026, 11, 11)}, "happened_on"),
        ({"happened_on": date(2026, 11, 2)}, "happened_on"),
        ({"done": "  "}, "done"),
        ({"half_days": 3}, "half_days"),
    ):
        with pytest.raises(RuleBroken) as refused:
            put_right(support, by, visit_id, **({"half_days": 1} | amiss))
        assert refused.value.field == field
    for stranger in (support.head(CALLED), support.by(support.town.releaser)):
        with pytest.raises(NotFound):
            put_right(support, stranger, visit_id, 1)
    with pytest.raises(ChangedMeanwhile):
        put_right(support, by, visit_id, 1, version=99)
    assert days_of(support) == (1, 3, 3)


def test_the_last_days_come_and_go_with_a_correction(session: Session, support: Support) -> None:
    support.log(support.leader(CALLED), 2)
    last = support.log(support.leader(CALLED), 1)
    to_come = support.plan(date(2026, 11, 26))
    day = session.get_one(Visit, last).happened_on
    put_right(support, support.leader(CALLED), last, 2, happened_on=day)
    assert support.engagement.state is EngagementState.COMPLETED
    assert session.get_one(Visit, to_come).state is VisitState.DID_NOT_HAPPEN
    assert messages_to(session, support.town.head)[-1] == "evaluation_asked"
    put_right(support, support.leader(CALLED + timedelta(minutes=2)), last, 1, happened_on=day)
    assert support.engagement.state is EngagementState.ACTIVE
    assert days_of(support) == (1, 3, 3)
    links = select(Link).filter_by(purpose=EVALUATION, revoked_at=None)
    assert session.scalars(links).all() == []
    put_right(support, support.leader(CALLED + timedelta(minutes=3)), last, 2, happened_on=day)
    assert support.engagement.state is EngagementState.COMPLETED
    assert messages_to(session, support.town.head).count("evaluation_asked") == 2
    assert list(broken(session)) == []


def test_after_the_end_a_correction_gives_days_back_and_adds_none(
    session: Session, support: Support
) -> None:
    visit_id = support.log(support.leader(CALLED), 2)
    services.complete(support.leader(CALLED), support.engagement.id)
    put_right(support, support.leader(CALLED + timedelta(minutes=1)), visit_id, 1)
    assert days_of(support) == (0, 1, 1)
    assert support.engagement.state is EngagementState.COMPLETED
    with pytest.raises(RuleBroken, match="not under way") as refused:
        put_right(support, support.leader(LATER), visit_id, 2)
    assert refused.value.field == "half_days"
    assert list(broken(session)) == []


def test_half_way_is_asked_again_once_it_is_reached_again(
    session: Session, support: Support
) -> None:
    visit_id = support.log(support.leader(CALLED), 2)
    put_right(support, support.leader(LATER), visit_id, 1)
    links = select(Link).filter_by(purpose=MID_POINT, revoked_at=None)
    assert session.scalars(links).all() == []
    support.log(support.leader(LATER), 1)
    assert messages_to(session, support.town.head).count("mid_point_asked") == 2


def test_a_settled_note_is_the_coordinators_to_correct_and_both_others_hear_of_it(
    session: Session, support: Support
) -> None:
    visit_id = support.log(support.leader(CALLED), 2)
    visit_services.agree(support.head(CALLED), visit_id)
    with pytest.raises(RuleBroken, match="Ring your coordinator"):
        put_right(support, support.leader(LATER), visit_id, 1)
    put_right(support, support.by(now=LATER), visit_id, 1)
    assert session.get_one(Visit, visit_id).state is VisitState.LOGGED
    for person in (support.town.head, support.town.leader.person):
        assert messages_to(session, person)[-1] == "visit_corrected"
    visit_services.dispute(support.head(LATER), visit_id, words="It was a whole day")
    with pytest.raises(RuleBroken, match="the coordinator settles it"):
        put_right(support, support.by(now=LATER), visit_id, 2)
    assert list(broken(session)) == []


def test_while_it_is_paused_a_note_can_become_less_and_not_more(support: Support) -> None:
    visit_id = support.log(support.leader(CALLED), 1)
    services.pause(support.by(), support.engagement.id, reason="Illness")
    with pytest.raises(RuleBroken, match="This support is paused"):
        put_right(support, support.leader(LATER), visit_id, 2)
    put_right(support, support.leader(LATER), visit_id, 1, done="Heard readers")
    assert days_of(support) == (3, 1, 1)


def test_a_correction_that_changes_nothing_is_none(session: Session, support: Support) -> None:
    visit_id = support.log(support.leader(CALLED), 1, happened_on=PLANNED, done="As it was")
    visit_services.agree(support.head(CALLED), visit_id)
    told = messages_to(session, support.town.head)
    put_right(support, support.by(now=LATER), visit_id, 1, done="As it was")
    assert session.get_one(Visit, visit_id).state is VisitState.SETTLED
    assert messages_to(session, support.town.head) == told


@pytest.mark.parametrize(
    ("noted", "now", "first"),
    [
        ((6, 6), {1: 9}, 6),
        ((5, 6), {0: 9}, 6),
        ((6, 9), {1: 5}, 5),
        ((6, 9), {0: 10}, 9),
    ],
    ids=["another that day", "past the second", "before the first", "both later"],
)
def test_the_first_visit_and_the_first_contact_are_the_earliest_that_is_noted(
    support: Support, noted: tuple[int, int], now: dict[int, int], first: int
) -> None:
    by = support.leader(CALLED)
    visits = [support.log(by, 1, happened_on=date(2026, 11, day)) for day in noted]
    for number, day in now.items():
        put_right(support, by, visits[number], 1, happened_on=date(2026, 11, day))
    engagement = support.engagement
    assert engagement.first_visit_on == engagement.first_contact_on == date(2026, 11, first)
    assert list(broken(support.session)) == []


def test_what_was_noted_by_telephone_is_not_undone_over_a_correction(
    session: Session, support: Support
) -> None:
    visit_id = support.log(support.by(), 2)
    notes = [support.link()]
    visit_services.dispute(support.by(), visit_id, words="Half a day")
    notes.append(support.link())
    visit_services.resolve(support.by(now=CALLED + timedelta(minutes=1)), visit_id, half_days=1)
    put_right(support, support.by(now=CALLED + timedelta(minutes=2)), visit_id, 2)
    told = timeline(session, support.leader().actor, support.engagement)
    assert not any("Settled by the coordinator" in entry.note for entry in told)
    visit_services.dispute(support.head(CALLED + timedelta(minutes=3)), visit_id, words="No, half")
    for link in notes:
        by = support.by(session.get_one(Person, link.person_id), LATER)
        with pytest.raises(RuleBroken, match="Too late to undo"):
            undo_services.undo(by, link.subject_id, link.id)
    assert session.get_one(Visit, visit_id).dispute == "No, half"


def test_a_visit_before_it_that_was_corrected_stays_so_when_a_later_one_is_undone(
    support: Support,
) -> None:
    first = support.log(support.leader(CALLED), 1, happened_on=date(2026, 11, 6))
    support.log(support.by(), 1, happened_on=date(2026, 11, 9))
    put_right(support, support.leader(CALLED), first, 1, happened_on=date(2026, 11, 5))
    support.undo()
    assert support.engagement.first_visit_on == date(2026, 11, 5)
    assert support.engagement.first_contact_on == date(2026, 11, 5)


def test_a_head_who_is_asked_half_way_by_a_correction_is_late_from_then_on(
    session: Session, support: Support
) -> None:
    visit_id = support.log(support.leader(), 1)
    put_right(support, support.leader(LATER), visit_id, 2, happened_on=NOW.date())
    asked = askings(session, support.engagement, LATER.date())
    assert [one.since for one in asked if one.kind == "mid_point"] == [LATER.date()]


def test_a_settlement_keeps_to_the_halves_of_a_day_and_the_last_days_end_the_support(
    session: Session, support: Support
) -> None:
    one, other = (support.log(support.leader(CALLED), 1, happened_on=PLANNED) for _ in range(2))
    visit_services.dispute(support.head(CALLED), one, words="A whole day")
    with pytest.raises(RuleBroken, match="A day has two halves") as refused:
        visit_services.resolve(support.by(), one, half_days=2)
    assert refused.value.field == "half_days"
    visit_services.resolve(support.by(), one, half_days=0)
    visit_services.dispute(support.head(CALLED), other, words="A whole day")
    visit_services.resolve(support.by(), other, half_days=2)
    last = support.log(support.leader(CALLED), 1)
    to_come = support.plan(date(2026, 11, 26))
    visit_services.dispute(support.head(CALLED), last, words="A whole day, too")
    visit_services.resolve(support.by(now=LATER), last, half_days=2)
    session.expire_all()
    assert support.engagement.state is EngagementState.COMPLETED
    assert session.get_one(Visit, to_come).state is VisitState.DID_NOT_HAPPEN
    assert list(broken(session)) == []


def test_a_third_half_and_a_wrong_first_day_are_found_and_a_third_half_can_be_put_right(
    session: Session, support: Support
) -> None:
    first = support.log(support.leader(CALLED), 2, happened_on=PLANNED)
    second = support.log(support.leader(CALLED), 2, happened_on=date(2026, 11, 9))
    session.execute(update(Visit).where(Visit.id == second).values(happened_on=PLANNED))
    session.commit()
    found = " ".join(broken(session))
    assert "more than two halves of 2026-11-10 are noted" in found
    assert "its first visit is not the first that is noted" in found
    put_right(support, support.leader(CALLED), second, 1)
    put_right(support, support.leader(CALLED), first, 1)
    assert list(broken(session)) == []
