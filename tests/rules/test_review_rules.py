"""What reviews say of each outcome, and how a non-answer is told from what was never asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.engagements.review_rules import (
    LEVELS,
    MEASURED,
    Answering,
    Course,
    Level,
    Said,
    answering,
    check_kept,
    check_removed,
    check_said,
)
from brokerage.engagements.rules import EngagementState, ReviewKind
from brokerage.errors import RuleBroken

MID_POINT, EVALUATION = ReviewKind.MID_POINT, ReviewKind.EVALUATION
THREE, SIX = ReviewKind.LOOK_BACK_3, ReviewKind.LOOK_BACK_6
CLOSED_ON = date(2026, 11, 30)


def course(state: EngagementState, *logged: int, answered: tuple[ReviewKind, ...] = ()) -> Course:
    over = CLOSED_ON if state is EngagementState.CLOSED else None
    return Course(state, 4, logged, over, frozenset(answered))


@pytest.mark.parametrize(
    ("said", "sentence", "field"),
    [
        ([Said(1, Level.GREEN)], "Say how this stands", "level_2"),
        ([Said(1, Level.GREEN), Said(2, Level.BETTER)], "one of the three", "level_2"),
        ([Said(1, Level.GREEN), Said(3, Level.RED)], "have changed meanwhile", None),
        ([Said(1, Level.GREEN), Said(1, Level.RED)], "have changed meanwhile", None),
        ([Said(None, Level.GREEN)], "have changed meanwhile", None),
    ],
)
def test_half_way_each_outcome_has_one_of_the_three_colours(
    said: list[Said], sentence: str, field: str | None
) -> None:
    with pytest.raises(RuleBroken, match=sentence) as refused:
        check_said(MID_POINT, [1, 2], said)
    assert refused.value.field == field
    check_said(MID_POINT, [1, 2], [Said(2, Level.RED), Said(1, Level.AMBER)])


def test_the_end_asks_for_evidence_and_what_comes_later_does_not() -> None:
    with pytest.raises(RuleBroken, match="how you know") as refused:
        check_said(EVALUATION, [7], [Said(7, Level.GREEN, "  ")])
    assert refused.value.field == "evidence_7"
    check_said(EVALUATION, [7], [Said(7, Level.GREEN, "Books")])
    check_said(THREE, [7], [Said(7, Level.STILL_SO)])


def test_support_without_outcomes_is_answered_as_a_whole_or_not_by_colour_at_all() -> None:
    for kind in MEASURED:
        check_said(kind, [], [])
        check_said(kind, [], [Said(None, next(iter(LEVELS[kind])))])


def test_outcomes_are_kept_while_agreed_or_active_and_none_is_removed_after_the_mid_point() -> None:
    for state in EngagementState:
        if state in (EngagementState.AGREED, EngagementState.ACTIVE):
            check_kept(state)
            check_removed(state, ())
            with pytest.raises(RuleBroken, match="add another"):
                check_removed(state, {MID_POINT})
        else:
            with pytest.raises(RuleBroken, match="agreed or under way"):
                check_kept(state)


@pytest.mark.parametrize(
    ("state", "logged", "stands"),
    [
        (EngagementState.ACTIVE, (1,), Answering.TO_COME),
        (EngagementState.ACTIVE, (2,), Answering.ASKED),
        (EngagementState.PAUSED, (2,), Answering.ASKED),
        (EngagementState.COMPLETED, (2, 2), Answering.NOT_ANSWERED),
        (EngagementState.ENDED_EARLY, (2,), Answering.NOT_ANSWERED),
        (EngagementState.ENDED_EARLY, (1,), Answering.NOT_ASKED),
        # All days in one visit: there was no half way at which to ask.
        (EngagementState.COMPLETED, (4,), Answering.NOT_ASKED),
        (EngagementState.CLOSED, (1, 3), Answering.NOT_ASKED),
    ],
)
def test_a_mid_point_that_was_asked_and_never_answered_is_told_from_one_never_asked(
    state: EngagementState, logged: tuple[int, ...], stands: Answering
) -> None:
    assert answering(MID_POINT, course(state, *logged), CLOSED_ON) is stands
    answered = course(state, *logged, answered=(MID_POINT,))
    assert answering(MID_POINT, answered, CLOSED_ON) is Answering.ANSWERED


@pytest.mark.parametrize(
    ("today", "three", "six"),
    [
        (date(2027, 2, 27), Answering.TO_COME, Answering.TO_COME),
        (date(2027, 2, 28), Answering.ASKED, Answering.TO_COME),
        (date(2027, 5, 29), Answering.ASKED, Answering.TO_COME),
        (date(2027, 5, 30), Answering.NOT_ANSWERED, Answering.ASKED),
        (date(2027, 8, 30), Answering.NOT_ANSWERED, Answering.NOT_ANSWERED),
    ],
)
def test_a_look_back_whose_time_is_past_was_not_answered(
    today: date, three: Answering, six: Answering
) -> None:
    closed = course(EngagementState.CLOSED, 2, 2)
    assert (answering(THREE, closed, today), answering(SIX, closed, today)) == (three, six)
    early = course(EngagementState.ENDED_EARLY, 2)
    assert answering(SIX, early, today) is Answering.NOT_ASKED


@given(
    st.sampled_from(EngagementState),
    st.lists(st.integers(0, 4), max_size=6),
    st.sets(st.sampled_from(MEASURED)),
    st.dates(date(2026, 11, 30), date(2028, 1, 1)),
)
def test_only_what_was_answered_ever_counts_as_answered(
    state: EngagementState, logged: list[int], answered: set[ReviewKind], today: date
) -> None:
    found = course(state, *logged, answered=tuple(answered))
    for kind in MEASURED:
        assert (answering(kind, found, today) is Answering.ANSWERED) == (kind in answered)
