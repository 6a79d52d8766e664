"""Room of every kind in one number: it says what comparing column by column would say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brokerage.matching.profiles import HalfTerm
from brokerage.matching.room_columns import home_schools, room_columns
from brokerage.matching.rooms import cut, fits, joined, layout_for
from tests.rules.matching_towns import leader, need


@st.composite
def rooms_and_uses(draw: st.DrawFn) -> tuple[list[list[int]], list[list[int]]]:
    columns = draw(st.integers(1, 13))
    row = st.lists(st.integers(0, 400), min_size=columns, max_size=columns)
    count = draw(st.integers(1, 5))
    return [draw(row) for _ in range(count)], [draw(row) for _ in range(count)]


@given(rooms_and_uses())
def test_a_need_fits_exactly_where_it_fits_in_every_column(
    tables: tuple[list[list[int]], list[list[int]]],
) -> None:
    rooms, uses = tables
    layout = layout_for([max(column) for column in zip(*rooms, *uses, strict=True)])
    have = layout.words(np.array(rooms), guarded=True)
    take = layout.words(np.array(uses))
    expected = [
        all(u <= r for r, u in zip(*row, strict=True)) for row in zip(rooms, uses, strict=True)
    ]
    assert fits(have, take, layout.guards).tolist() == expected
    whole = [
        (room - use) & layout.all_guards == layout.all_guards
        for room, use in zip(joined(have), joined(take), strict=True)
    ]
    assert whole == expected


@given(rooms_and_uses())
def test_numbers_cut_into_words_can_be_put_together_again(
    tables: tuple[list[list[int]], list[list[int]]],
) -> None:
    rooms, _ = tables
    layout = layout_for([400] * len(rooms[0]))
    words = layout.words(np.array(rooms), guarded=True)
    assert all(int(word.min()) >= 0 and int(word.max()) < 2**62 for word in words)
    again = cut(joined(words), len(words))
    assert [word.tolist() for word in again] == [word.tolist() for word in words]


def test_where_no_dates_are_known_there_are_two_columns() -> None:
    table = room_columns([need(half_days=6)], [leader(half_days_left=20, engagements_free=2)])
    assert table.use.tolist() == [[6, 1]]
    assert table.room.tolist() == [[20, 2]]


def test_where_no_dates_are_known_the_fullest_half_term_counts() -> None:
    busy = leader(engagements_free=3, engagements_by={HalfTerm.SPRING_1: 1})
    assert room_columns([need()], [busy]).room.tolist() == [[20, 1]]


def test_half_terms_are_columns_where_dates_are_known() -> None:
    dated = need(half_days=5, half_terms=frozenset({HalfTerm.AUTUMN_1, HalfTerm.AUTUMN_2}))
    busy = leader(
        engagements_free=2,
        engagements_by={HalfTerm.SPRING_1: 1},
        half_days_by={HalfTerm.AUTUMN_2: 3},
    )
    table = room_columns([dated, need(half_days=4)], [busy])
    assert table.use.tolist() == [
        [5, 1, 1, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0],
        [4, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
    ]
    assert table.room.tolist() == [[20, 2, 2, 1, 2, 2, 2, 20, 3, 20, 20, 20, 20]]


def test_leaders_of_one_home_school_share_its_cap() -> None:
    group, cap = home_schools(
        [
            leader(leader_id="L1", home_school="A", home_school_half_days=9),
            leader(leader_id="L2", home_school="B"),
            leader(leader_id="L3", home_school="A", home_school_half_days=7),
            leader(leader_id="L4", home_school="A"),
            leader(leader_id="L5", home_school_half_days=3),
        ]
    )
    assert group.tolist() == [0, -1, 0, 0, 1]
    assert cap.tolist() == [7, 3]
