"""What a need is held to: who is what to it, its reference, its words, its clock."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.actor import ANONYMOUS, SERVICE, Actor, HeldPost, PostKind
from brokerage.errors import NotAllowed, RuleBroken
from brokerage.life import Part
from brokerage.needs.promises import PromiseDays, due, promised, stood_still
from brokerage.needs.rules import (
    IN_QUEUE,
    LIFE,
    OVER,
    NeedFacts,
    NeedState,
    Urgency,
    Words,
    missing_to_match,
    parts,
)
from brokerage.needs.texts import LIMITS, check_agreement, check_texts, check_words
from brokerage.needs.unmet import fold_small, gaps
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar

CALENDAR = SchoolCalendar(bank_holidays=england_and_wales())
URN, TOWN = 123456, 1
THURSDAY = datetime(2025, 10, 16, 9, 0, tzinfo=UTC)  # half-term is 27-31 October
TODAY = date(2025, 10, 16)
DAYS = PromiseDays()


def an_actor(kind: PostKind, *, urn: int | None = None, partnership: int | None = None) -> Actor:
    return Actor(7, "Somebody", (HeldPost(kind, urn, partnership),), frozenset({TOWN}))


def the_facts(state: NeedState = NeedState.SUBMITTED, **other: object) -> NeedFacts:
    return NeedFacts(
        **{"urn": URN, "partnership_id": TOWN, "state": state, "posted_by": 1, **other}
    )


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (an_actor(PostKind.HEADTEACHER, urn=URN), {Part.HEAD, Part.SCHOOL}),
        (an_actor(PostKind.ACTING_HEAD, urn=URN), {Part.HEAD, Part.SCHOOL}),
        (an_actor(PostKind.HEADTEACHER, urn=URN + 1), set()),
        (an_actor(PostKind.DEPUTY, urn=URN), {Part.SCHOOL}),
        (an_actor(PostKind.TEACHER, urn=URN), set()),
        (an_actor(PostKind.SYSTEM_LEADER, partnership=TOWN), set()),
        (an_actor(PostKind.OFFICER, partnership=TOWN), set()),
        (an_actor(PostKind.COORDINATOR, partnership=TOWN), {Part.COORDINATOR}),
        (an_actor(PostKind.COORDINATOR, partnership=TOWN + 1), set()),
        (SERVICE, {Part.SERVICE}),
        (ANONYMOUS, set()),
    ],
)
def test_posts_say_who_is_what_to_a_need(actor: Actor, expected: set[Part]) -> None:
    assert parts(actor, the_facts()) == expected


def test_who_posts_with_the_heads_agreement_stands_for_the_head_until_it_is_sent() -> None:
    chair = an_actor(PostKind.CHAIR, urn=URN)
    agreed = {"posted_by": chair.person_id, "head_agreed": True}
    assert parts(chair, the_facts(NeedState.DRAFT, **agreed)) == {Part.HEAD}
    assert not parts(chair, the_facts(NeedState.SUBMITTED, **agreed))
    assert not parts(chair, the_facts(NeedState.DRAFT, posted_by=chair.person_id))


def test_a_deputy_may_answer_but_neither_send_nor_withdraw() -> None:
    assert LIFE.after(NeedState.ASKED, "answer", {Part.SCHOOL}) is NeedState.OPEN
    for state, event in [(NeedState.DRAFT, "submit"), (NeedState.OPEN, "withdraw")]:
        with pytest.raises(NotAllowed):
            LIFE.after(state, event, {Part.SCHOOL})


def refusal(state: NeedState, event: str) -> str | None:
    try:
        LIFE.after(state, event, set(Part))
    except RuleBroken as refused:
        return refused.sentence
    return None


def test_every_state_and_event_leads_on_or_is_refused_in_a_sentence() -> None:
    events = {row.event for row in LIFE.rows}
    answers = [refusal(state, event) for state, event in product(NeedState, events)]
    assert all(sentence.endswith(".") for sentence in answers if sentence is not None)
    assert answers.count(None) == sum(len(row.sources) for row in LIFE.rows)
    for state in OVER:
        assert LIFE.may(state, "reopen", {Part.HEAD})
        assert not LIFE.may(state, "place", set(Part))
    for state in IN_QUEUE:
        assert LIFE.may(state, "place", {Part.SERVICE})


@given(st.text(max_size=300), st.sampled_from(sorted(LIMITS)))
def test_a_text_is_kept_if_there_is_room_and_refused_in_a_sentence_if_not(
    text: str, name: str
) -> None:
    most, label = LIMITS[name]
    if len(text) <= most:
        check_texts(**{name: text})
    else:
        with pytest.raises(RuleBroken, match=label) as refused:
            check_texts(**{name: text})
        assert refused.value.field == name


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words(""), "worry"),
        (Words("  \n "), "worry"),
        (Words("x" * 4001), "worry"),
        (Words("x", whom="y" * 1001), "whom"),
        (Words("x", ring_when="y" * 201), "ring_when"),
        (Words("x", by_when=date(2025, 10, 15)), "by_when"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_at_their_field(words: Words, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_words(words, TODAY)
    assert refused.value.field == field


def test_a_day_that_has_gone_by_since_it_was_written_stands() -> None:
    past = date(2025, 10, 1)
    check_words(Words("x", by_when=past), TODAY, before=past)
    check_words(Words("x", by_when=TODAY), TODAY)


def test_on_behalf_needs_the_day_and_the_way_of_the_heads_agreement() -> None:
    check_agreement(TODAY, "by telephone", TODAY)
    for day, how in [(None, "by telephone"), (date(2025, 10, 17), "by e-mail"), (TODAY, " ")]:
        with pytest.raises(RuleBroken):
            check_agreement(day, how, TODAY)


def test_what_is_missing_before_anybody_can_be_looked_for() -> None:
    assert missing_to_match(None, None, None) == ["the specialism", "the phase", "how many days"]
    assert missing_to_match("phonics", "primary", None) == ["how many days"]
    assert not missing_to_match("phonics", "primary", 8)


def test_a_call_in_5_school_days_and_a_name_in_10_over_the_half_term() -> None:
    promise = promised(CALENDAR, THURSDAY, Urgency.NORMAL, DAYS)
    assert (promise.call_by, promise.name_by) == (date(2025, 10, 23), date(2025, 11, 6))
    assert promised(CALENDAR, THURSDAY, Urgency.HIGH, DAYS) == promise


def test_urgent_is_a_call_in_2_school_days_and_a_name_in_5() -> None:
    promise = promised(CALENDAR, THURSDAY, Urgency.URGENT, DAYS)
    assert (promise.call_by, promise.name_by) == (date(2025, 10, 20), date(2025, 10, 23))


def test_a_partnership_promises_its_own_days() -> None:
    own = PromiseDays(call=1, name=3)
    assert promised(CALENDAR, THURSDAY, Urgency.NORMAL, own).name_by == date(2025, 10, 21)


def test_the_clock_stands_still_for_the_school_days_of_asking() -> None:
    answered = datetime(2025, 11, 4, 12, 0, tzinfo=UTC)
    paused = stood_still(CALENDAR, THURSDAY, answered)
    assert paused == 8
    promise = promised(CALENDAR, THURSDAY, Urgency.NORMAL, DAYS, paused)
    assert promise.name_by == date(2025, 11, 18)
    assert stood_still(CALENDAR, answered, answered) == 0


def test_first_a_call_is_due_and_then_a_name_and_lateness_is_in_school_days() -> None:
    dates = {"call_by": date(2025, 10, 23), "name_by": date(2025, 11, 6)}
    first = due(CALENDAR, TODAY, state=NeedState.SUBMITTED, called=False, **dates)
    assert first is not None
    assert (first.what, first.by, first.late) == ("a call", date(2025, 10, 23), 0)
    late = due(CALENDAR, date(2025, 11, 3), state=NeedState.OPEN, called=False, **dates)
    assert late is not None
    assert late.late == 2  # the Friday, and the Monday after half-term
    then = due(CALENDAR, TODAY, state=NeedState.OPEN, called=True, **dates)
    assert then is not None
    assert (then.what, then.by) == ("a name", date(2025, 11, 6))


def test_nothing_is_late_while_the_school_is_asked_and_nothing_due_when_it_waits() -> None:
    dates = {"call_by": TODAY, "name_by": TODAY}
    later = date(2026, 3, 2)
    asked = due(CALENDAR, later, state=NeedState.ASKED, called=True, asked_at=THURSDAY, **dates)
    assert asked is not None
    assert (asked.late, asked.stopped_since) == (0, TODAY)
    for state in {NeedState.DRAFT, NeedState.WAITING, NeedState.PLACED} | OVER:
        assert due(CALENDAR, later, state=state, called=True, **dates) is None


def test_gaps_count_each_group_by_how_it_stands() -> None:
    first, second = gaps([("maths", "waiting"), ("art", "nobody"), ("maths", "redirected")])
    assert (first.group, first.waiting, first.redirected, first.total) == ("maths", 1, 1, 2)
    assert (second.group, second.nobody) == ("art", 1)


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.integers(1, 40), max_size=12))
def test_no_number_under_five_is_shown_nor_can_be_worked_out(totals: dict[str, int]) -> None:
    lines = fold_small(totals)
    assert all(line.total is None or line.total >= 5 for line in lines)
    shown = sum(line.total for line in lines if line.total)
    if any(line.total is None for line in lines):
        assert len(lines) == 1
        assert sum(totals.values()) < 5
    else:
        assert shown == sum(totals.values())
