"""Who has answered, and what works: non-answers are counted, and never as a success."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from brokerage.engagements import review_services
from brokerage.engagements.answer_figures import (
    SMALLEST,
    TOGETHER,
    Answers,
    Works,
    answers_and_works,
    fold,
)
from brokerage.engagements.rules import Difference, MidPoint, ReviewKind
from tests.builders import a_partnership, acting
from tests.services.pairing_town import a_leader, a_town
from tests.services.test_engagement_invariants import another
from tests.services.test_engagements import WEEK_ON, engaged, log

SAID = (Difference.LARGE, Difference.CLEAR, Difference.LITTLE, Difference.LARGE, Difference.NONE)


@pytest.mark.slow
def test_asked_answered_and_not_answered_are_counted_for_each_review(session: Session) -> None:
    town = a_town(session)
    details = {"pledged": 60, "engagements_at_once": 99}
    town.leader = a_leader(session, town.partnership, town.home, **details)
    places = [another(session, town) for _ in range(7)]
    for number, place in enumerate(places):
        engagement = engaged(session, place)
        log(session, place, engagement, 2)
        by = acting(session, place.head, WEEK_ON)
        if number < 2:
            review_services.mid_point(by, engagement.id, choice=MidPoint.KEEP)
        if number == 6:
            break  # half way, and asked
        log(session, place, engagement, 2)
        if number < 5:
            review_services.evaluate(by, engagement.id, difference=SAID[number], words="Up")
        if number == 0:
            kind, words = ReviewKind.LOOK_BACK_3, Difference.NONE
            review_services.look_back(by, engagement.id, kind=kind, difference=words)
    where = town.partnership.id
    found, works = answers_and_works(session, where, 2026, date(2027, 3, 1))
    assert found == [
        Answers(ReviewKind.MID_POINT, 7, 2),
        Answers(ReviewKind.EVALUATION, 6, 5),
        Answers(ReviewKind.LOOK_BACK_3, 5, 1),
        Answers(ReviewKind.LOOK_BACK_6, 0, 0),
    ]
    assert [one.not_answered for one in found] == [5, 1, 4, 0]
    assert works == [Works("Phonics", 6, 5, 3, 0, 0, 0)]
    late, works = answers_and_works(session, where, 2026, date(2027, 8, 31))
    assert late[3] == Answers(ReviewKind.LOOK_BACK_6, 5, 0)
    assert works == [Works("Phonics", 6, 5, 3, 5, 0, 0)]
    assert answers_and_works(session, where, 2027, date(2027, 9, 1))[0][1].asked == 0
    nobody = a_partnership(session, authorities=("902",))
    assert answers_and_works(session, nobody.id, 2026, date(2027, 3, 1))[1] == []


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([("maths", 9), ("send", 5)], [("maths", 9), ("send", 5)]),
        ([("maths", 9), ("send", 4)], [(TOGETHER, 13)]),
        ([("maths", 9), ("art", 3), ("send", 3)], [("maths", 9), (TOGETHER, 6)]),
        ([("art", 3)], []),
        ([], []),
    ],
)
def test_areas_with_few_answers_are_folded_together(
    rows: list[tuple[str, int]], shown: list[tuple[str, int]]
) -> None:
    found = fold(Works(area, asked=20, answered=answered) for area, answered in rows)
    assert [(row.area, row.answered) for row in found] == shown


@given(
    st.lists(
        st.builds(
            Works,
            area=st.text("abc", min_size=1, max_size=3),
            answered=st.integers(0, 9),
            answered_later=st.integers(0, 9),
        ),
        max_size=8,
    )
)
def test_nothing_shows_what_fewer_than_five_said(rows: list[Works]) -> None:
    found = fold(rows)
    assert all(row.answered >= SMALLEST for row in found)
    assert all(not row.answered_later or row.answered_later >= SMALLEST for row in found)
    if found:
        assert sum(row.answered for row in found) <= sum(row.answered for row in rows)
