"""An engagement from the agreement to the look back, and how the days account goes with it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.engagements import services, visit_services
from brokerage.engagements.already_agreed import record_already_agreed
from brokerage.engagements.invariants import broken
from brokerage.engagements.models import Agreement, Engagement, Visit
from brokerage.engagements.queries import Filters, engagements_page, parts
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.errors import NotFound, RuleBroken
from brokerage.needs.rules import NeedState
from brokerage.pairings import shortlists
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import STEPS, PairingState
from tests.builders import NOW, a_head, a_school, acting, in_post
from tests.services.pairing_town import (
    Town,
    a_leader,
    a_town,
    account_of,
    agreed_before,
    all_say_yes,
    open_links,
)
from tests.services.test_pairings import messages_to, propose, say

AGREED = NOW
WEEK_ON = NOW + timedelta(days=7)


def engaged(session: Session, town: Town, **other: object) -> Engagement:
    """The town's pairing, agreed by all three and confirmed."""
    pairing = propose(session, town, **other)
    all_say_yes(session, town, pairing)
    reference = services.confirm(acting(session, town.coordinator), pairing.reference)
    session.expire_all()
    return session.scalars(select(Engagement).filter_by(reference=reference)).one()


def log(
    session: Session, town: Town, engagement: Engagement, half_days: int, **other: object
) -> int:
    """Note a visit a week on; of the days up to then, on the last for which none is noted."""
    noted = set(session.scalars(select(Visit.happened_on).filter_by(engagement_id=engagement.id)))
    on = next(day for day in (WEEK_ON.date() - timedelta(n) for n in range(7)) if day not in noted)
    details = {"visit_id": None, "happened_on": on, "done": "Watched phonics in Year 2"}
    by = acting(session, town.leader.person, WEEK_ON)
    return visit_services.log(by, engagement.id, half_days=half_days, **(details | other))


def figures(session: Session, town: Town) -> tuple[int, int, int, int]:
    account = account_of(session, town.leader)
    return account.held, account.agreed, account.used, account.left


def test_the_list_has_what_opens_and_nothing_else(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    leader = town.leader.person
    in_post(session, PostKind.HEADTEACHER, school=town.home, person=leader)
    served = next(post for post in leader.posts if post.kind is PostKind.SYSTEM_LEADER)
    served.to_on = WEEK_ON.date() - timedelta(days=1)
    session.commit()
    stranger = a_head(session, a_school(session))
    people = [leader, town.releaser, town.head, town.coordinator, stranger]
    listed, opens = [], []
    for person in people:
        actor = acting(session, person, WEEK_ON).actor
        listed.append(len(engagements_page(session, actor, Filters(), 1).rows))
        opens.append(int(bool(parts(actor, engagement))))
    assert listed == opens == [0, 1, 1, 1, 0]


def test_what_all_agreed_becomes_the_agreement_and_each_gets_it(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    assert figures(session, town) == (0, 4, 0, 16)
    assert town.need.state is NeedState.PLACED
    terms = session.scalars(select(Agreement)).one().terms
    assert terms["purpose"] == town.need.worry
    assert [answer["step"] for answer in terms["answers"]] == ["release", "choose", "accept"]
    for person in (town.releaser, town.head, town.leader.person):
        assert messages_to(session, person)[-1] == "agreement_made"
    assert engagement.state is EngagementState.AGREED


def test_confirming_ends_every_other_pairing_of_the_need(session: Session) -> None:
    town = a_town(session)
    first = propose(session, town)
    second = a_leader(session, town.partnership, town.home)
    town.leader, kept = second, town.leader
    other = propose(session, town)
    town.leader = kept
    all_say_yes(session, town, first)
    services.confirm(acting(session, town.coordinator), first.reference)
    session.expire_all()
    assert other.state in (PairingState.DISPLACED, PairingState.NOT_CHOSEN)
    assert messages_to(session, second.person) == []


def test_nothing_is_confirmed_before_all_have_agreed(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    with pytest.raises(RuleBroken, match="Not everybody has agreed"):
        services.confirm(acting(session, town.coordinator), pairing.reference)
    assert figures(session, town) == (0, 0, 0, 20)


def test_a_releaser_told_of_a_standing_release_has_their_days_to_object(session: Session) -> None:
    town = a_town(session)
    town.leader.standing_half_days = 8
    town.leader.standing_until = date(2027, 8, 31)
    pairing = propose(session, town)
    for step in STEPS[pairing.order][1:]:
        say(session, town, pairing, step)
    by = acting(session, town.coordinator)
    with pytest.raises(RuleBroken, match="can object until"):
        services.confirm(by, pairing.reference)
    assert services.confirm(By(by.actor, NOW + timedelta(days=4)), pairing.reference)


def test_a_log_counts_at_once_and_the_head_gets_a_copy(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    visit_id = log(session, town, engagement, 2)
    assert figures(session, town) == (0, 2, 2, 16)
    assert engagement.state is EngagementState.ACTIVE
    assert "visit_logged" in messages_to(session, town.head)
    assert session.get_one(Visit, visit_id).consent_on == date(2026, 11, 17)


def test_with_the_last_days_no_next_visit_is_planned(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    log(session, town, engagement, 2)
    log(session, town, engagement, 2, next_date=date(2026, 11, 24))
    session.expire_all()
    assert [visit.planned_on for visit in engagement.visits] == [None, None]
    assert engagement.state is EngagementState.COMPLETED


def test_five_school_days_of_silence_are_consent(session: Session) -> None:
    town = a_town(session)
    visit_id = log(session, town, engaged(session, town), 1)
    for day, state in ((17, VisitState.LOGGED), (18, VisitState.SETTLED)):
        visit_services.settle_silent(By(SERVICE, NOW.replace(day=day)))
        session.expire_all()
        assert session.get_one(Visit, visit_id).state is state


def test_a_disputed_log_is_resolved_by_the_coordinator_and_the_days_follow(
    session: Session,
) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    visit_id = log(session, town, engagement, 2)
    by_head = acting(session, town.head, WEEK_ON)
    visit_services.dispute(by_head, visit_id, words="It was half a day")
    assert messages_to(session, town.coordinator)[-1] == "visit_disputed"
    visit_services.resolve(acting(session, town.coordinator, WEEK_ON), visit_id, half_days=1)
    assert figures(session, town) == (0, 3, 1, 16)
    assert engagement.used == 1
    with pytest.raises(RuleBroken):
        visit_services.dispute(by_head, visit_id, words="Again")


def test_no_more_days_are_logged_than_were_agreed(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    log(session, town, engagement, 2)
    log(session, town, engagement, 1)
    with pytest.raises(RuleBroken, match="Left in this agreement: half a day") as refused:
        log(session, town, engagement, 2)
    assert refused.value.field == "half_days"


def test_only_the_leader_or_the_coordinator_logs(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    for person in (town.head, town.releaser):
        with pytest.raises(NotFound):
            visit_services.log(
                acting(session, person, WEEK_ON),
                engagement.id,
                visit_id=None,
                happened_on=WEEK_ON.date(),
                half_days=1,
                done="x",
            )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"happened_on": date(2027, 1, 4)}, "happened_on"),
        ({"happened_on": date(2026, 10, 1)}, "happened_on"),
        ({"half_days": 3}, "half_days"),
        ({"done": "  "}, "done"),
    ],
)
def test_a_log_that_cannot_be_is_refused_beside_its_box(
    session: Session, wrong: dict[str, object], field: str
) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    with pytest.raises(RuleBroken) as refused:
        log(session, town, engagement, **({"half_days": 1} | wrong))
    assert refused.value.field == field


def test_a_visit_is_planned_on_school_days_only(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    by = acting(session, town.leader.person)
    visit_services.plan(by, engagement.id, date(2026, 11, 12))
    for closed in (date(2026, 11, 14), date(2026, 12, 25)):
        with pytest.raises(RuleBroken, match="Schools are not open"):
            visit_services.plan(by, engagement.id, closed)


def test_a_visit_that_did_not_happen_gets_its_new_date(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    by = acting(session, town.leader.person, WEEK_ON)
    visit_id = visit_services.plan(by, engagement.id, date(2026, 11, 12))
    again = visit_services.did_not_happen(by, visit_id, date(2026, 11, 19))
    assert again
    session.expire_all()
    assert session.get_one(Visit, visit_id).state is VisitState.DID_NOT_HAPPEN
    assert session.get_one(Visit, again).planned_on == date(2026, 11, 19)
    assert figures(session, town) == (0, 4, 0, 16)


def test_ended_early_the_days_go_back_and_the_need_is_in_its_old_place(session: Session) -> None:
    town = a_town(session)
    since = town.need.queue_since
    engagement = engaged(session, town)
    log(session, town, engagement, 1)
    services.end_early(
        acting(session, town.coordinator, WEEK_ON),
        engagement.id,
        reason="The leader has moved",
        need_goes_on=True,
    )
    assert figures(session, town) == (0, 0, 1, 19)
    assert (town.need.state, town.need.queue_since) == (NeedState.OPEN, since)
    assert town.leader.engaged == 0


def test_after_an_early_end_the_same_leader_can_be_proposed_again_for_the_need(
    session: Session,
) -> None:
    town = a_town(session)
    by = acting(session, town.coordinator, WEEK_ON)
    first = engaged(session, town)
    services.end_early(by, first.id, reason="They were ill", need_goes_on=True)
    session.expire_all()
    shown = shortlists.for_need(session, town.need, WEEK_ON.date(), 1).page.rows
    assert [(one.leader.id, one.can_be_proposed) for one in shown] == [(town.leader.id, True)]
    assert shown[0].became == "Was agreed for this need, and has ended"
    second = engaged(session, town)
    assert second.id != first.id
    assert figures(session, town) == (0, 4, 0, 16)
    assert list(broken(session)) == []
    pairing_id = second.pairing_id
    with pytest.raises(RuleBroken, match="This need is placed"):
        propose(session, town)
    assert session.get_one(Pairing, pairing_id).state is PairingState.CONFIRMED


def test_what_was_agreed_already_is_recorded_on_one_screen(session: Session) -> None:
    town = a_town(session)
    reference = record_already_agreed(
        acting(session, town.coordinator),
        town.partnership.id,
        agreed_before(town),
    )
    engagement = session.scalars(select(Engagement).filter_by(reference=reference)).one()
    assert figures(session, town) == (0, 6, 0, 14)
    answers = session.scalars(select(PairingAnswer).filter_by(pairing_id=engagement.pairing_id))
    assert {answer.recorded_by for answer in answers} == {town.coordinator.id}
    assert messages_to(session, town.head) == ["agreement_made"]
    assert len(open_links(session, "engagements.agreement_by_link")) == 3


def test_a_coordinator_does_not_confirm_support_for_their_own_school(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    all_say_yes(session, town, pairing)
    in_post(session, PostKind.DEPUTY, school=town.school, person=town.coordinator)
    with pytest.raises(RuleBroken, match="Somebody else must confirm this"):
        services.confirm(acting(session, town.coordinator), pairing.reference)
