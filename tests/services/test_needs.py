"""Needs as schools and coordinators use them, on both databases."""

import secrets
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.database import REFERENCE_LETTERS, locked, use_case
from brokerage.errors import ChangedMeanwhile, NotAllowed, NotFound, RuleBroken
from brokerage.messages.models import Message
from brokerage.needs import services, steps, triage_services
from brokerage.needs.invariants import broken
from brokerage.needs.models import Need
from brokerage.needs.queries import head_asked, need_in_scope, own_needs, queue
from brokerage.needs.rules import CloseReason, Details, NeedState, Urgency, Words
from brokerage.pairings import ending_services
from brokerage.people.models import Link
from brokerage.schools.models import SchoolStatus
from tests.builders import NOW, TODAY, a_school, acting, in_post
from tests.needs_builders import Town, days_on


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def kinds(session: Session) -> list[tuple[str, int | None]]:
    return [(m.kind, m.to_person_id) for m in session.scalars(select(Message).order_by(Message.id))]


def coordinator(town: Town, days: int = 0) -> By:
    return acting(town.session, town.coordinator, days_on(days))


def head(town: Town, days: int = 0) -> By:
    return acting(town.session, town.head, days_on(days))


@use_case("test.place")
def place(by: By, session: Session, need_id: int) -> None:
    steps.place(session, by, locked(session, Need, need_id)[0])


@use_case("test.put_back")
def put_back(by: By, session: Session, need_id: int) -> None:
    steps.put_back(session, by, locked(session, Need, need_id)[0])


def test_a_reference_can_be_read_out_and_is_never_one_that_is_taken(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter("7K4Q2" + "7K4Q2" + "9XDF3")
    monkeypatch.setattr(secrets, "choice", lambda _: next(drawn))
    assert [town.posted().reference for _ in range(2)] == ["N-7K4Q2", "N-9XDF3"]
    assert not set(REFERENCE_LETTERS) & set("AEIOU01LSZB")


def test_a_sent_need_has_a_reference_a_named_coordinator_and_a_day_at_once(town: Town) -> None:
    need = town.posted()
    assert need.state is NeedState.SUBMITTED
    assert need.reference.startswith("N-")
    assert need.coordinator_id == town.coordinator.id
    assert (need.call_by, need.name_by) == (date(2026, 11, 10), date(2026, 11, 17))
    assert kinds(town.session) == [
        ("need_acknowledged", town.head.id),
        ("need_posted", town.coordinator.id),
    ]
    told, mail = town.session.scalars(select(Message).order_by(Message.id))
    assert "Cora Ordinator will ring by Tuesday 10 November 2026" in told.subject
    assert need.reference in told.subject
    assert "Reading" not in mail.body + told.body
    assert not list(broken(town.session))


def test_a_draft_is_told_to_nobody_and_no_coordinator_sees_it(town: Town) -> None:
    need = town.draft()
    assert kinds(town.session) == []
    with pytest.raises(NotFound):
        need_in_scope(town.session, coordinator(town).actor, need.reference)
    town.session.rollback()
    assert need_in_scope(town.session, head(town).actor, need.reference.lower()).id == need.id


def test_sent_twice_with_one_key_it_is_posted_once(town: Town) -> None:
    keyed = replace(head(town), form_key="a" * 32, form_print="b")
    first, second = (
        services.draft(keyed, urn=town.school.urn, words=Words("Once")) for _ in range(2)
    )
    assert first == second
    assert town.session.scalar(select(func.count()).select_from(Need)) == 1
    number = town.look(first).id
    services.submit(head(town), number)
    with pytest.raises(RuleBroken, match="sent already"):
        services.submit(head(town), number)
    assert len(kinds(town.session)) == 2


def test_a_deputy_writes_and_the_head_sends_by_a_link(town: Town) -> None:
    deputy = in_post(town.session, PostKind.DEPUTY, school=town.school)
    by = acting(town.session, deputy)
    reference = services.draft(by, urn=town.school.urn, words=Words("Phonics"))
    number = town.look(reference).id
    with pytest.raises(NotAllowed, match="Ask your head"):
        services.submit(by, number)
    services.ask_head(by, number)
    assert kinds(town.session) == [("need_to_send", town.head.id)]
    link_id = town.session.scalars(select(Link.id).filter_by(subject="need draft")).one()
    town.session.commit()
    services.submit_by_link(head(town), link_id)
    assert town.look(reference).state is NeedState.SUBMITTED
    assert set(kinds(town.session)[1:]) == {
        ("need_acknowledged", town.head.id),
        ("need_acknowledged", deputy.id),
        ("need_posted", town.coordinator.id),
    }
    with pytest.raises(RuleBroken):
        services.submit_by_link(head(town), link_id)


def test_a_deputy_reminds_the_head_of_a_draft_once_a_day_at_most(town: Town) -> None:
    deputy = in_post(town.session, PostKind.DEPUTY, school=town.school)
    number = town.draft().id
    assert head_asked(town.session, town.session.get_one(Need, number)) is None
    services.ask_head(acting(town.session, deputy), number)
    with pytest.raises(RuleBroken, match="asked today already"):
        services.ask_head(acting(town.session, deputy, NOW.replace(hour=23)), number)
    next_day = days_on(1)
    services.ask_head(acting(town.session, deputy, next_day), number)
    assert [kind for kind, _ in kinds(town.session)] == ["need_to_send", "need_to_send_reminder"]
    asked = head_asked(town.session, town.session.get_one(Need, number))
    assert asked is not None
    assert (asked.at, asked.names) == (next_day, [town.head.name])


@pytest.mark.parametrize(
    "kind", [PostKind.CHAIR, PostKind.TRUST_LEADER, PostKind.OFFICER, PostKind.COORDINATOR]
)
def test_others_post_with_the_heads_recorded_agreement_and_the_head_gets_a_copy(
    town: Town, kind: PostKind
) -> None:
    of_school = kind in (PostKind.CHAIR, PostKind.TRUST_LEADER)
    place = {"school": town.school} if of_school else {"partnership": town.partnership}
    by = acting(town.session, in_post(town.session, kind, **place))
    agreed = {"head_agreed_on": TODAY, "head_agreed_how": "by telephone"}
    about = {"urn": town.school.urn, "words": Words("Attendance")}
    with pytest.raises(RuleBroken, match="agreed"):
        services.draft_for(by, **about, head_agreed_on=None, head_agreed_how="")
    reference = services.draft_for(by, **about, **agreed)
    services.submit(by, town.look(reference).id)
    need = town.look(reference)
    assert (need.posted_for, need.head_agreed_on) == (kind.value, TODAY)
    assert ("need_posted_for_you", town.head.id) in kinds(town.session)
    assert need_in_scope(town.session, by.actor, reference).id == need.id


def test_nobody_posts_for_a_school_that_is_not_theirs(town: Town) -> None:
    other = a_school(town.session)
    chair = acting(town.session, in_post(town.session, PostKind.CHAIR, school=other))
    agreed = {"head_agreed_on": TODAY, "head_agreed_how": "by telephone"}
    with pytest.raises(NotAllowed):
        services.draft_for(chair, urn=town.school.urn, words=Words("x"), **agreed)
    with pytest.raises(NotFound):
        services.draft(head(town), urn=other.urn, words=Words("x"))
    far = a_school(town.session, la_code="902")
    with pytest.raises(NotFound):
        services.draft_for(coordinator(town), urn=far.urn, words=Words("x"), **agreed)


def test_a_closed_school_takes_no_new_need(town: Town) -> None:
    town.school.status = SchoolStatus.CLOSED
    town.session.commit()
    with pytest.raises(RuleBroken, match="has closed"):
        town.draft()


def test_a_need_of_another_partnership_is_not_found_by_anybody_of_this_one(town: Town) -> None:
    other = Town(town.session, "902")
    need = other.posted()
    officer = in_post(town.session, PostKind.OFFICER, partnership=town.partnership)
    leader = in_post(town.session, PostKind.SYSTEM_LEADER, partnership=other.partnership)
    for person in (town.head, town.coordinator, officer, leader):
        by = acting(town.session, person)
        with pytest.raises(NotFound):
            need_in_scope(town.session, by.actor, need.reference)
        town.session.rollback()
        with pytest.raises(NotFound):
            ending_services.withdraw(by, need.id, reason=CloseReason.NOT_NEEDED)
        with pytest.raises(NotFound):
            triage_services.write_note(by, need.id, text="x")


def test_what_comes_back_is_open_again_in_its_old_place_with_a_new_promise(town: Town) -> None:
    first, second = town.posted("First"), town.posted("Second", now=NOW + timedelta(days=1))
    place(By(SERVICE, NOW), first.id)
    assert [n.worry for n in queue(town.session, coordinator(town).actor, 1).rows] == ["Second"]
    town.session.rollback()
    put_back(By(SERVICE, days_on(30)), first.id)
    rows = queue(town.session, coordinator(town).actor, 1).rows
    assert [need.worry for need in rows] == ["First", "Second"]
    town.session.rollback()
    again = town.look(first.reference)
    assert again.queue_since == NOW
    assert again.name_by is not None
    assert again.name_by > days_on(30).date()
    assert not list(broken(town.session))
    with pytest.raises(RuleBroken, match="not placed"):
        put_back(By(SERVICE, NOW), second.id)


def test_urgent_needs_come_first_then_by_promise_oldest_first(town: Town) -> None:
    names = ["old", "asked", "new", "urgent", "high"]
    needs = {name: town.posted(name, now=days_on(n)) for n, name in enumerate(names)}
    for name, urgency in [("urgent", Urgency.URGENT), ("high", Urgency.HIGH)]:
        triage_services.record_call(
            coordinator(town, 4),
            needs[name].id,
            version=None,
            given=Details(),
            urgency=urgency,
            rang=False,
        )
    triage_services.ask(coordinator(town, 4), needs["asked"].id, question="?")
    services.answer(head(town, 14), needs["asked"].id, text="!")
    rows = queue(town.session, coordinator(town).actor, 1).rows
    assert [need.worry for need in rows] == ["urgent", "high", "old", "new", "asked"]


def test_the_queue_is_narrowed_by_state_urgency_school_and_words(town: Town) -> None:
    need = town.posted("Phonics in Reception", whom="Two teachers")
    other = town.posted("Behaviour at lunch")
    triage_services.wait(coordinator(town), other.id, waiting_for="Anybody")
    actor = coordinator(town).actor
    shown = lambda **f: [n.id for n in queue(town.session, actor, 1, **f).rows]  # noqa: E731
    assert set(shown()) == {need.id, other.id}
    assert shown(state="waiting") == [other.id]
    assert shown(text="phonics teachers") == [need.id]
    assert shown(text=need.reference.lower()) == [need.id]
    assert shown(text="100%_") == []
    assert set(shown(school=town.school.name)) == {need.id, other.id}
    assert shown(school="elsewhere") == []
    assert shown(urgency="urgent") == []
    assert set(shown(urgency="nonsense", state="nonsense")) == {need.id, other.id}


def test_of_two_who_change_one_need_the_second_is_told(town: Town) -> None:
    need = town.posted()
    version = need.version
    services.change(head(town), need.id, version=version, words=Words("First"))
    with pytest.raises(ChangedMeanwhile):
        services.change(head(town), need.id, version=version, words=Words("Second"))
    with pytest.raises(ChangedMeanwhile):
        triage_services.record_call(
            coordinator(town),
            need.id,
            version=version,
            given=Details(),
            urgency=Urgency.HIGH,
            rang=True,
        )
    assert town.look(need.reference).worry == "First"


def test_a_placed_need_is_neither_changed_nor_withdrawn(town: Town) -> None:
    need = town.posted()
    place(By(SERVICE, NOW), need.id)
    with pytest.raises(RuleBroken):
        services.change(head(town), need.id, version=None, words=Words("x"))
    with pytest.raises(RuleBroken, match="Talk to your coordinator"):
        ending_services.withdraw(head(town), need.id, reason=CloseReason.NOT_NEEDED)
    with pytest.raises(RuleBroken, match="End that first"):
        ending_services.close(coordinator(town), need.id, reason=CloseReason.NOT_NEEDED)


def test_own_needs_are_those_of_ones_school_unfinished_first(town: Town) -> None:
    sent, draft = town.posted("Sent"), town.draft("Unfinished")
    Town(town.session, "902").posted("Elsewhere")
    deputy = in_post(town.session, PostKind.DEPUTY, school=town.school)
    for person in (town.head, deputy):
        rows = own_needs(town.session, acting(town.session, person).actor, 1).rows
        assert [need.id for need in rows] == [draft.id, sent.id]
        town.session.rollback()
    teacher = in_post(town.session, PostKind.TEACHER, school=town.school)
    assert own_needs(town.session, acting(town.session, teacher).actor, 1).rows == []
